import { cleanup, screen, within } from '@testing-library/react';
import { vi } from 'vitest';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { deathCap, flyAgaricAnswer } from './answers.ts';
import { FakeService, type Reply } from './fake-service.ts';
import { browserThatDecodesPhotos, jpegBytes } from './photo-decoding.ts';
import { renderPage } from './render-page.tsx';

export const jpeg = (name = 'fly-agaric.jpg') => new File([jpegBytes()], name, { type: 'image/jpeg' });

/** The first page, from photos to an answer, with a service that answers to photos what `reply` gives. */
export class IdentifyingPage {
  reply: () => Reply | Promise<Reply> = () => ({ body: flyAgaricAnswer });

  private constructor(readonly service: FakeService) {
    service.answer = ({ path }) => {
      if (path.startsWith('/api/v1/identifications')) return this.reply();
      if (path === '/api/v1/species/amanita-phalloides') return { body: deathCap };
      return undefined;
    };
  }

  static async open(): Promise<IdentifyingPage> {
    browserThatDecodesPhotos();
    return new IdentifyingPage(await FakeService.start());
  }

  async close(): Promise<void> {
    cleanup();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    await this.service.stop();
  }

  /** What the service received of photos. */
  uploads() {
    return this.service.received.filter(({ path }) => path.startsWith('/api/v1/identifications'));
  }

  async choose(files: File[]) {
    const page = renderPage('/');
    await page.user.upload(await screen.findByLabelText(/choose photos/i), files);
    return page;
  }

  async ask(files = [jpeg()]) {
    const page = await this.choose(files);
    await page.user.click(await screen.findByRole('button', { name: 'Identify' }));
    return page;
  }

  /** @param change what is different in the answer. */
  async answered(change: Partial<IdentificationResponse> = {}) {
    this.reply = () => ({ body: { ...flyAgaricAnswer, ...change } });
    const page = await this.ask();
    return { ...page, answer: within(await screen.findByRole('article', { name: 'Answer' })) };
  }
}
