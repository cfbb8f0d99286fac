import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { GivenAnswer } from '../../api/given-answer.ts';
import { keepInTab, keptInTab, mayHaveKept } from '../../kept/kept-in-tab.ts';
import { identifySpecimen } from './identify-specimen.ts';
import type { Specimen } from './send-photos.api.ts';

/** An answer, and the photos that it is about, as `photosKey` writes them. */
interface KeptAnswer {
  answer: GivenAnswer;
  about: string;
}
const KEPT_AS = 'answer';

/** What an answer depends on: which photos, in which order, and what they show. */
export function photosKey(photos: readonly { id: string; view: string | null }[]): string {
  return photos.map(({ id, view }) => `${id} ${view ?? ''}`).join();
}

/**
 * Asks the service about a specimen, telling how much is sent, and whether it is slow; can be cancelled. The last answer
 * is still there when the tab is opened again.
 */
export function useIdentification() {
  const [sent, setSent] = useState(0);
  const [slow, setSlow] = useState(false);
  const controller = useRef<AbortController>(null);
  const device = useRef<AbortController>(null);
  const shown = useRef<string>(null);

  const [given, setGiven] = useState<KeptAnswer | null>(null);
  const [restoring, setRestoring] = useState(mayHaveKept);
  const [arrived, setArrived] = useState<string | null>(null);

  useEffect(() => {
    if (!mayHaveKept()) return;
    void keptInTab(KEPT_AS).then((kept) => {
      setGiven((meanwhile) => meanwhile ?? ((kept ?? null) as KeptAnswer | null));
      setRestoring(false);
    });
  }, []);

  const { mutate, reset, error, isPending } = useMutation({
    // A mutation that waits for the network by itself would look like one that is on its way.
    networkMode: 'always',
    mutationFn: ({ specimen }: { specimen: Specimen; about: string }) => {
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
    onSuccess: (answer, { about }) => {
      setGiven({ answer, about });
      setArrived(answer.id);
      keepInTab(KEPT_AS, { answer, about } satisfies KeptAnswer);
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

  function forgetAnswer() {
    setGiven(null);
    keepInTab(KEPT_AS, undefined);
  }

  /** True once an answer: when it is new, and the reader is to be taken to it. */
  function isFirstShown(id: string): boolean {
    const first = shown.current !== id;
    shown.current = id;
    return first;
  }

  return {
    identify: (photos: Specimen['photos'] & Parameters<typeof photosKey>[0]) =>
      mutate({ specimen: { photos }, about: photosKey(photos) }),
    cancel,
    askDevice,
    given,
    /** Its id, until `hasEntry` says that it has its entry in the history. */
    arrived,
    hasEntry: () => setArrived(null),
    restoring,
    /** What was said of the last try is not to be said any more. */
    forgetError: reset,
    forgetAnswer,
    isFirstShown,
    error,
    busy: isPending,
    sent,
    slow,
  };
}
