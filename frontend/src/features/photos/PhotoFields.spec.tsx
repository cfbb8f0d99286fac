// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { IdentifyingPage, jpeg } from '../../testing/identifying-page.ts';
import { jpegBytes } from '../../testing/photo-decoding.ts';
import { renderPage } from '../../testing/render-page.tsx';

let page: IdentifyingPage;

beforeEach(async () => {
  page = await IdentifyingPage.open();
});

afterEach(() => page.close());

describe('choosing photos', () => {
  it('shows each with a way to remove it', async () => {
    const { user } = await page.choose([jpeg('a.jpg'), jpeg('b.jpg')]);
    expect(await screen.findByRole('img', { name: 'Photo 2' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Remove photo 1' }));
    expect(screen.queryByRole('img', { name: 'Photo 2' })).toBeNull();
    expect(screen.getByRole('img', { name: 'Photo 1' })).toBeTruthy();
  });

  it('puts them into another order, and tells that it did', async () => {
    const { user } = await page.choose([jpeg('a.jpg'), jpeg('b.jpg')]);
    await user.selectOptions(await screen.findByLabelText('What photo 2 shows'), 'gills');
    await user.click(screen.getByRole('button', { name: 'Move photo 2 forward' }));
    expect((screen.getByLabelText('What photo 1 shows') as HTMLSelectElement).value).toBe('gills');
    expect(screen.getByText('Photo 2 is now photo 1.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Move photo 1 forward' }));
    expect((screen.getByLabelText('What photo 1 shows') as HTMLSelectElement).value).toBe('gills');
  });

  it('ticks off what a photo was added for', async () => {
    const { user } = renderPage('/');
    await user.upload(await screen.findByLabelText('Add a photo: Stem base'), jpeg());
    expect(((await screen.findByLabelText('What photo 1 shows')) as HTMLSelectElement).value).toBe('stem_base');
    expect(screen.getByText('✓ Photographed')).toBeTruthy();
    expect(screen.queryByLabelText('Add a photo: Stem base')).toBeNull();
  });

  it.each([
    ['denied', 'NotAllowedError', /may not use the camera/],
    ['not there', 'NotFoundError', /No camera can be used/],
  ])('offers the camera app where the camera is %s', async (_, name, why) => {
    const getUserMedia = () => Promise.reject(new DOMException('no', name));
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia } });
    onTestFinished(() => void Reflect.deleteProperty(navigator, 'mediaDevices'));
    const { user } = renderPage('/');
    await user.click(await screen.findByRole('button', { name: 'Take photos' }));
    expect(await screen.findByText(why)).toBeTruthy();
    await user.upload(screen.getByLabelText('Use the camera app'), jpeg());
    expect(await screen.findByRole('img', { name: 'Photo 1' })).toBeTruthy();
  });

  it('takes five at most and says what was left out', async () => {
    await page.choose([1, 2, 3, 4, 5, 6].map((number) => jpeg(`${number}.jpg`)));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/6\.jpg was left out/));
    expect(screen.getAllByRole('img', { name: /^Photo/ })).toHaveLength(5);
  });

  it('explains HEIC, which this browser can’t open', async () => {
    await page.choose([new File(['\0\0\0\x18ftypheic....'], 'IMG_1.HEIC', { type: '' })]);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/HEIC.*Most Compatible/));
  });

  describe('among them one that can’t be read', () => {
    // Of a folder, and of a file in a cloud, browsers say so when it is read.
    function unreadable(name: string): File {
      const file = new File(['anything'], name);
      const refuse = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
      return Object.assign(file, { arrayBuffer: refuse, slice: () => ({ arrayBuffer: refuse }) });
    }
    const files = () => [jpeg('a.jpg'), unreadable('my folder'), jpeg('b.jpg')];

    it.each<[string, () => Promise<unknown>]>([
      ['choosing', () => page.choose(files())],
      [
        'dropping',
        async () => {
          renderPage('/');
          const dataTransfer = { files: files(), types: ['Files'] };
          fireEvent.drop(await screen.findByText('or drop or paste them here'), { dataTransfer });
        },
      ],
      [
        'pasting',
        async () => {
          renderPage('/');
          await screen.findByText('or drop or paste them here');
          fireEvent.paste(document, { clipboardData: { files: files() } });
        },
      ],
    ])('takes the others in when %s, names it, and waits for nothing more', async (_way, take) => {
      await take();
      expect(await screen.findByRole('img', { name: 'Photo 2' })).toBeTruthy();
      expect(screen.getByRole('alert').textContent).toMatch(/my folder can’t be read/);
      expect(screen.queryByText('Preparing the photos…')).toBeNull();
      expect((screen.getByRole('button', { name: 'Identify' }) as HTMLButtonElement).disabled).toBe(false);
    });
  });

  it.each([
    ['a text', new File(['hello'], 'notes.txt', { type: 'text/plain' }), /no photo this page can read/],
    [
      'what only its name calls a photo',
      new File(['milk, bread'], 'list.jpg', { type: 'image/jpeg' }),
      /no photo this page/,
    ],
    ['half a photo', new File([jpegBytes().slice(0, 200)], 'half.jpg'), /isn’t sent/],
    ['an empty file', new File([], 'empty.jpg', { type: 'image/jpeg' }), /is empty/],
  ])('refuses %s, and says so', async (_, file, why) => {
    await page.choose([file]);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(why));
    expect(screen.queryByRole('button', { name: 'Identify' })).toBeNull();
  });
});
