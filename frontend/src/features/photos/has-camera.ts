/** Whether this browser shows a camera's picture in a page at all: only on a secure address. */
export function hasCameraPreview(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Whether photos are taken rather than chosen: a device that is held in the hand has a camera that looks ahead. */
export function isHeldInHand(): boolean {
  return window.matchMedia('(any-pointer: coarse), (max-width: 40rem)').matches;
}
