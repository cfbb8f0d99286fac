import { useCallback, useEffect, useRef, useState } from 'react';

export type CameraState = 'starting' | 'live' | 'denied' | 'unavailable';

/** Whether this browser shows a camera's picture in a page at all: only on a secure address. */
export function hasCameraPreview(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Whether photos are taken rather than chosen: a device that is held in the hand has a camera that looks ahead. */
export function isHeldInHand(): boolean {
  return hasCameraPreview() && window.matchMedia('(any-pointer: coarse), (max-width: 40rem)').matches;
}

/**
 * The camera that looks away from its user, live in a video element while the component is shown and in sight.
 * Give `video` to the element; `shoot` gives what it shows as a JPEG, null where it shows nothing yet.
 */
export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>('starting');

  useEffect(() => {
    let stream: MediaStream | null = null;
    let wanted = true;

    async function start() {
      try {
        const opened = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } },
        });
        // Closed while it was being asked for.
        if (!wanted || !video.current) return stop(opened);
        stream = opened;
        video.current.srcObject = opened;
        await video.current.play();
        setState('live');
      } catch (error) {
        if (wanted)
          setState(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'unavailable');
      }
    }

    void start();
    return () => {
      wanted = false;
      stop(stream);
    };
  }, []);

  const shoot = useCallback(async (): Promise<Blob | null> => {
    const shown = video.current;
    if (!shown?.videoWidth) return null;
    const canvas = document.createElement('canvas');
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    canvas.getContext('2d')?.drawImage(shown, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
  }, []);

  return { video, state, shoot };
}

/** Lets go of the camera: its light goes out. */
function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
