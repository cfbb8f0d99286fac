// @vitest-environment happy-dom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdentifyingPage } from '../../testing/identifying-page.ts';
import { renderPage } from '../../testing/render-page.tsx';

// What real cameras do is tried in Chromium (tests/e2e/camera.spec.ts); here, what one can't have them do at will.

/** A camera's track, of which a test says what becomes of it. */
class FakeTrack extends EventTarget {
  readyState = 'live';
  muted = false;

  stop() {
    this.readyState = 'ended';
  }

  becomes(what: 'ended' | 'mute' | 'unmute') {
    if (what === 'ended') this.readyState = 'ended';
    else this.muted = what === 'mute';
    act(() => void this.dispatchEvent(new Event(what)));
  }
}

let page: IdentifyingPage;
/** Every camera that was opened, in order. */
let tracks: FakeTrack[];
let open: () => Promise<FakeTrack>;
const play = vi.fn<() => Promise<void>>();
let visibility: DocumentVisibilityState;

beforeEach(async () => {
  page = await IdentifyingPage.open();
  tracks = [];
  visibility = 'visible';
  open = async () => new FakeTrack();
  play.mockReset().mockResolvedValue();
  const getUserMedia = async () => {
    const track = await open();
    tracks.push(track);
    return { getTracks: () => [track], getVideoTracks: () => [track] };
  };
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia } });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(play);
  let shown: unknown = null;
  vi.spyOn(HTMLVideoElement.prototype, 'srcObject', 'set').mockImplementation((stream) => {
    shown = stream;
  });
  vi.spyOn(HTMLVideoElement.prototype, 'srcObject', 'get').mockImplementation(() => shown as MediaStream);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => visibility === 'hidden');
});
afterEach(async () => {
  Reflect.deleteProperty(navigator, 'mediaDevices');
  await page.close();
});

async function openCamera() {
  const opened = renderPage('/');
  await opened.user.click(await screen.findByRole('button', { name: 'Take photos' }));
  return opened;
}

const shutter = () => screen.findByRole('button', { name: 'Take the photo' });
const isLive = async () => {
  const button = await shutter();
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
};

function look() {
  visibility = 'visible';
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
}

describe('a camera that is taken away', () => {
  it('is said to be gone, and is started again once one looks at the page', async () => {
    await openCamera();
    await isLive();
    visibility = 'hidden';
    tracks[0]!.becomes('ended');
    expect(await screen.findByText(/camera was taken away/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Take the photo' })).toBeNull();
    expect(screen.getByLabelText('Use the camera app')).toBeTruthy();
    look();
    await isLive();
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  it('is started again by a click, too', async () => {
    const { user } = await openCamera();
    await isLive();
    tracks[0]!.becomes('ended');
    await user.click(await screen.findByRole('button', { name: 'Start the camera again' }));
    await isLive();
    expect(tracks).toHaveLength(2);
  });

  it('shows nothing while a call has it, and shows again when that ends', async () => {
    await openCamera();
    await isLive();
    tracks[0]!.becomes('mute');
    expect(await screen.findByText(/shows nothing at the moment/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Take the photo' })).toBeNull();
    tracks[0]!.becomes('unmute');
    await isLive();
    expect(tracks).toHaveLength(1);
  });

  it('that is muted still when one looks is started again', async () => {
    await openCamera();
    await isLive();
    tracks[0]!.becomes('mute');
    look();
    await isLive();
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  it('says so where the permission was withdrawn, and does not ask again by itself', async () => {
    await openCamera();
    await isLive();
    open = () => Promise.reject(new DOMException('withdrawn', 'NotAllowedError'));
    visibility = 'hidden';
    tracks[0]!.becomes('ended');
    look();
    expect(await screen.findByText(/may not use the camera/)).toBeTruthy();
    open = async () => new FakeTrack();
    look();
    expect(screen.queryByRole('button', { name: 'Take the photo' })).toBeNull();
    expect(tracks).toHaveLength(1);
  });

  it('is let go of with the page', async () => {
    const { user } = await openCamera();
    await isLive();
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(tracks[0]!.readyState).toBe('ended');
    look();
    expect(tracks).toHaveLength(1);
  });
});

it('a browser that does not play the picture by itself does so by a click', async () => {
  play.mockRejectedValueOnce(new DOMException('not without a gesture', 'NotAllowedError'));
  const { user } = await openCamera();
  expect(await screen.findByText(/shows nothing at the moment/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Start the camera again' }));
  await isLive();
  expect(tracks).toHaveLength(1);
});

it('a camera without a picture takes none', async () => {
  const { user } = await openCamera();
  await isLive();
  await user.click(await shutter());
  expect(await screen.findByText(/shows nothing at the moment/)).toBeTruthy();
  expect(screen.queryByRole('img', { name: 'Photo 1' })).toBeNull();
});
