import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { identifySpecimen } from './identify-specimen.ts';
import type { Specimen } from './send-photos.api.ts';

/** Asks the service about a specimen, telling how much is sent, and whether it is slow; can be cancelled. */
export function useIdentification() {
  const [sent, setSent] = useState(0);
  const [slow, setSlow] = useState(false);
  const controller = useRef<AbortController>(null);
  const device = useRef<AbortController>(null);
  const shown = useRef<string>(null);

  const { mutate, reset, data, error, isPending } = useMutation({
    // A mutation that waits for the network by itself would look like one that is on its way.
    networkMode: 'always',
    mutationFn: (specimen: Specimen) => {
      controller.current = new AbortController();
      device.current = new AbortController();
      setSent(0);
      setSlow(false);
      return identifySpecimen(specimen, {
        onSent: setSent,
        onSlow: setSlow,
        device: device.current.signal,
        signal: controller.current.signal,
      });
    },
  });

  function cancel() {
    controller.current?.abort();
    reset();
  }

  /** Has the device look at the photos instead of waiting for the service. */
  function askDevice() {
    device.current?.abort();
  }

  /** True once an answer: when it is new, and the reader is to be taken to it. */
  function isFirstShown(id: string): boolean {
    const first = shown.current !== id;
    shown.current = id;
    return first;
  }

  return {
    identify: mutate,
    cancel,
    askDevice,
    forget: reset,
    answer: data,
    isFirstShown,
    error,
    busy: isPending,
    sent,
    slow,
  };
}
