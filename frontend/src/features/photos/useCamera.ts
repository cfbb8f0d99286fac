import { useCallback, useEffect, useRef, useState } from 'react';
import { inTime } from '../../api/request-policy.ts';
import { givesTruePixels } from '../../drawing/true-pixels.ts';

export type CameraState =
  | 'starting'
  | 'live'
  /** It is there and gives no picture: a call or another app has it, or the browser doesn't play it. */
  | 'silent'
  /** It was taken away while it was live. */
  | 'gone'
  | 'denied'
  | 'unavailable'
  /** This browser hides from pages what they draw: a photo of it would be noise. */
  | 'hidden';

/** Until the first picture of a camera has to be there, and the next one. In milliseconds, as all here. */
const FIRST_PICTURE_WITHIN = 10_000;
const NEXT_PICTURE_WITHIN = 1000;

/** A camera that is gone this soon would be gone again: it is not started again by itself. */
const HARDLY_STARTED = 3000;

/** Of 255: what a covered lens, or a camera that is switched off, doesn't reach anywhere. */
const BLACK = 8;

/**
 * The camera that looks away from its user, live in a video element while the component is shown and in sight. A camera
 * may be taken away at any time: the state tells, and it is started again when one looks at the page, or by `again`.
 *
 * Give `video` to the element; `shoot` gives what it shows as a JPEG, or says why there is nothing to be taken.
 */
export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>('starting');
  const retry = useRef<() => void>(null);

  useEffect(() => {
    const { mediaDevices, permissions } = navigator;
    const ending = new AbortController();
    const { signal } = ending;
    let stream: MediaStream | null = null;
    let opening = false;
    let denied = false;
    let started = 0;

    async function start() {
      opening = true;
      // Many devices give a camera to one at a time.
      stop(stream);
      stream = null;
      try {
        if (!(await givesTruePixels())) return setState('hidden');
        const opened = await mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } },
        });
        // Closed while it was being asked for.
        if (signal.aborted || !video.current) return stop(opened);
        stream = opened;
        denied = false;
        started = performance.now();
        const track = opened.getVideoTracks()[0];
        track?.addEventListener('ended', onEnded, { signal });
        track?.addEventListener('mute', () => setState('silent'), { signal });
        track?.addEventListener('unmute', () => void show(), { signal });
        video.current.srcObject = opened;
        await show();
      } catch (error) {
        if (signal.aborted) return;
        denied = error instanceof DOMException && error.name === 'NotAllowedError';
        setState(denied ? 'denied' : 'unavailable');
      } finally {
        opening = false;
      }
    }

    /** Shows what the camera gives, or tells that it gives nothing. */
    async function show() {
      const shown = stream;
      const played = isGiving(shown) && video.current?.play();
      const plays = played && (await isDone(played, FIRST_PICTURE_WITHIN));
      if (signal.aborted || shown !== stream) return;
      setState(plays && isGiving(shown) ? 'live' : isLive(shown) ? 'silent' : 'gone');
    }

    function startAgain() {
      if (opening || signal.aborted) return;
      setState('starting');
      void start();
    }

    function onEnded({ target }: Event) {
      if (target !== stream?.getVideoTracks()[0]) return;
      setState('gone');
      // Else its last picture stands there as if it were live.
      if (video.current) video.current.srcObject = null;
      // Asking for it again tells what became of it, too: withdrawn, unplugged, or with another app.
      if (!document.hidden && performance.now() - started > HARDLY_STARTED) startAgain();
    }

    /** What stopped out of sight is started again once one looks; a person who said no is not asked again. */
    function look() {
      if (document.hidden || opening || denied) return;
      if (isGiving(stream)) void show();
      else startAgain();
    }

    // By a click: a browser that doesn't play by itself does so then.
    retry.current = () => (isGiving(stream) ? void show() : startAgain());
    document.addEventListener('visibilitychange', look, { signal });
    window.addEventListener('pageshow', look, { signal });
    window.addEventListener('focus', look, { signal });
    mediaDevices.addEventListener?.('devicechange', look, { signal });
    permissions?.query({ name: 'camera' }).then(
      (permission) =>
        permission.addEventListener(
          'change',
          () => {
            if (denied && permission.state === 'granted') startAgain();
          },
          { signal },
        ),
      // A browser that doesn't tell.
      () => undefined,
    );
    void start();
    return () => {
      ending.abort();
      stop(stream);
    };
  }, []);

  /** A JPEG; 'black' where nothing is to be seen on it; null where the camera gives no picture, which the state tells. */
  const shoot = useCallback(async (): Promise<Blob | 'black' | null> => {
    const shown = video.current;
    const stream = shown?.srcObject as MediaStream | null | undefined;
    if (!shown?.videoWidth || shown.paused || !isGiving(stream) || !(await hasNextPicture(shown))) {
      setState(isLive(stream) ? 'silent' : 'gone');
      return null;
    }
    const canvas = document.createElement('canvas');
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    canvas.getContext('2d')?.drawImage(shown, 0, 0);
    if (isBlack(canvas)) return 'black';
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
  }, []);

  return { video, state, shoot, again: () => retry.current?.() };
}

function isLive(stream: MediaStream | null | undefined): boolean {
  return stream?.getVideoTracks()[0]?.readyState === 'live';
}

/** A camera that another app has is live still, and muted. */
function isGiving(stream: MediaStream | null | undefined): boolean {
  return isLive(stream) && !stream!.getVideoTracks()[0]!.muted;
}

/** False where the picture stands still. A browser that doesn't tell is believed. */
async function hasNextPicture(video: HTMLVideoElement): Promise<boolean> {
  if (!('requestVideoFrameCallback' in video)) return true;
  const next = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  return isDone(next, NEXT_PICTURE_WITHIN);
}

function isDone(work: Promise<unknown>, within: number): Promise<boolean> {
  return inTime(work, within).then(
    () => true,
    () => false,
  );
}

function isBlack(picture: HTMLCanvasElement): boolean {
  const small = document.createElement('canvas');
  [small.width, small.height] = [32, 24];
  const context = small.getContext('2d', { willReadFrequently: true });
  context?.drawImage(picture, 0, 0, small.width, small.height);
  const pixels = context?.getImageData(0, 0, small.width, small.height).data;
  return pixels?.every((value, index) => index % 4 === 3 || value < BLACK) ?? false;
}

/** Lets go of the camera: its light goes out. */
function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
