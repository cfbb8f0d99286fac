/** Chromium's switches for a camera that shows a test picture, and for a person who allows its use. */
export const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
