// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SILENCE, SLOW_AFTER } from '../../api/request-policy.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { NEVER } from '../../testing/fake-service.ts';
import { IdentifyingPage, jpeg } from '../../testing/identifying-page.ts';
import { renderPage } from '../../testing/render-page.tsx';

let page: IdentifyingPage;

beforeEach(async () => {
  page = await IdentifyingPage.open();
});

afterEach(() => page.close());

describe('asking', () => {
  it('sends the photos with what they show, but no file names, and asks for the answer alone', async () => {
    const { user } = await page.choose([jpeg('holiday-with-anna.jpg'), jpeg('b.jpg')]);
    await user.selectOptions(await screen.findByLabelText('What photo 2 shows'), 'gills');
    await user.click(screen.getByRole('button', { name: 'Identify' }));
    await screen.findByRole('article', { name: 'Answer' });
    const { method, path, body } = page.uploads()[0]!;
    expect([method, path]).toEqual(['POST', '/api/v1/identifications']);
    expect(body.match(/name="image"/g)).toHaveLength(2);
    expect(body).toMatch(/name="views"\s+gills/);
    expect(body).not.toContain('anna');
  });

  it('tells that it is on its way, and can be cancelled without losing the photos', async () => {
    page.reply = () => NEVER;
    const { user } = await page.ask();
    expect((await screen.findByText(/your photo…/)).closest('[role=status]')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('button', { name: 'Identify' })).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Photo 1' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});

describe('when it fails', () => {
  it('says what is wrong, what to do and its code, keeps the photos, and tries again', async () => {
    page.reply = () => ({
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
      body: { title: 'The service is busy', code: 'overloaded', detail: 'Too many wait.' },
    });
    const { user } = await page.ask();
    expect(await screen.findByText('The service is busy')).toBeTruthy();
    expect(screen.getByText('Too many wait.')).toBeTruthy();
    expect(screen.getByText(/Try again in 7 seconds/)).toBeTruthy();
    expect(screen.getByText(/overloaded/)).toBeTruthy();
    page.reply = () => ({ body: flyAgaricAnswer });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Poisonous' })).toBeTruthy();
    expect(page.uploads()).toHaveLength(2);
  });

  it('understands a proxy that answers with a page', async () => {
    page.reply = () => ({ status: 502, body: '<h1>Bad gateway</h1>' });
    await page.ask();
    expect(await screen.findByText(/http_502/)).toBeTruthy();
  });

  it('says that the service can’t be reached where nobody answers', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    await page.choose([jpeg()]);
    const identify = await screen.findByRole('button', { name: 'Identify' });
    await page.service.stop();
    identify.click();
    expect(await screen.findByText('The service can’t be reached')).toBeTruthy();
  });

  it('says so beforehand where the device is offline', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    renderPage('/');
    expect(await screen.findByText('You are offline.')).toBeTruthy();
  });
});

describe('a network that carries nothing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    page.reply = () => NEVER;
  });
  afterEach(() => vi.useRealTimers());

  it('is said to be slow, then that no answer comes and what to do, with the photos kept', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { user } = await page.ask();
    await vi.advanceTimersByTimeAsync(SLOW_AFTER);
    expect((await screen.findByText(/It is slow/)).textContent).toMatch(/cancel/);
    // The model is not here, so that there is nothing to offer.
    expect(screen.queryByRole('button', { name: 'Look on this device' })).toBeNull();
    await vi.advanceTimersByTimeAsync(SILENCE.identification);
    expect(await screen.findByText('No answer comes')).toBeTruthy();
    expect(screen.getByText(/change the network/)).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Photo 1' })).toBeTruthy();
    page.reply = () => ({ body: flyAgaricAnswer });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Poisonous' })).toBeTruthy();
    expect(screen.queryByText(/It is slow/)).toBeNull();
  });
});

describe('an answer that was given', () => {
  it('is still there after a look at a look-alike’s page', async () => {
    const { user, answer, router } = await page.answered();
    await user.click(answer.getByRole('link', { name: 'Amanita phalloides' }));
    await screen.findByRole('heading', { level: 1, name: /Amanita phalloides/ });
    await router.navigate(-1);
    expect(await screen.findByRole('heading', { level: 1, name: 'Poisonous' })).toBeTruthy();
    expect(page.uploads()).toHaveLength(1);
  });

  it('goes back to the same photos to add more, or to none for another mushroom', async () => {
    const { user } = await page.answered();
    await user.click(screen.getByRole('button', { name: 'Add photos of this one' }));
    expect(await screen.findByRole('img', { name: 'Photo 1' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Identify' }));
    await user.click(await screen.findByRole('button', { name: 'Another mushroom' }));
    expect(await screen.findByLabelText(/choose photos/i)).toBeTruthy();
    expect(screen.queryByRole('img', { name: 'Photo 1' })).toBeNull();
  });
});
