// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { deathCap, flyAgaricAnswer } from '../../testing/answers.ts';
import { answerIn } from '../../shared-answer/open-answer-link.ts';
import { browserThatDecodesPhotos } from '../../testing/photo-decoding.ts';
import { FakeService, type Reply } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

let service: FakeService;
/** What the service answers to photos. */
let reply: () => Reply | Promise<Reply>;

const jpeg = (name = 'fly-agaric.jpg') => new File(['\xff\xd8\xff jpeg'], name, { type: 'image/jpeg' });
const uploads = () => service.received.filter(({ path }) => path.startsWith('/api/v1/identifications'));

beforeEach(async () => {
  browserThatDecodesPhotos();
  service = await FakeService.start();
  reply = () => ({ body: flyAgaricAnswer });
  service.answer = ({ path }) => {
    if (path.startsWith('/api/v1/identifications')) return reply();
    if (path === '/api/v1/species/amanita-phalloides') return { body: deathCap };
    return undefined;
  };
});

afterEach(async () => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await service.stop();
});

async function choose(files: File[]) {
  const page = renderPage('/');
  await page.user.upload(await screen.findByLabelText(/choose photos/i), files);
  return page;
}

async function ask(files = [jpeg()]) {
  const page = await choose(files);
  await page.user.click(await screen.findByRole('button', { name: 'Identify' }));
  return page;
}

async function answered(change: Partial<IdentificationResponse> = {}) {
  reply = () => ({ body: { ...flyAgaricAnswer, ...change } });
  const page = await ask();
  return { ...page, answer: within(await screen.findByRole('article', { name: 'Answer' })) };
}

describe('choosing photos', () => {
  it('shows each with a way to remove it', async () => {
    const { user } = await choose([jpeg('a.jpg'), jpeg('b.jpg')]);
    expect(await screen.findByRole('img', { name: 'Photo 2' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Remove photo 1' }));
    expect(screen.queryByRole('img', { name: 'Photo 2' })).toBeNull();
    expect(screen.getByRole('img', { name: 'Photo 1' })).toBeTruthy();
  });

  it('puts them into another order, and tells that it did', async () => {
    const { user } = await choose([jpeg('a.jpg'), jpeg('b.jpg')]);
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
    await choose([1, 2, 3, 4, 5, 6].map((number) => jpeg(`${number}.jpg`)));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/6\.jpg was left out/));
    expect(screen.getAllByRole('img', { name: /^Photo/ })).toHaveLength(5);
  });

  it('explains HEIC, which this browser can’t open', async () => {
    await choose([new File(['\0\0\0\x18ftypheic....'], 'IMG_1.HEIC', { type: '' })]);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/HEIC.*Most Compatible/));
  });

  it.each([
    ['a text', new File(['hello'], 'notes.txt', { type: 'text/plain' }), /no photo this page can read/],
    ['a broken photo', new File(['milk, bread'], 'list.jpg', { type: 'image/jpeg' }), /isn’t sent/],
    ['an empty file', new File([], 'empty.jpg', { type: 'image/jpeg' }), /is empty/],
  ])('refuses %s, and says so', async (_, file, why) => {
    await choose([file]);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(why));
    expect(screen.queryByRole('button', { name: 'Identify' })).toBeNull();
  });
});

describe('asking', () => {
  it('sends the photos with what they show, but no file names, and asks for the answer alone', async () => {
    const { user } = await choose([jpeg('holiday-with-anna.jpg'), jpeg('b.jpg')]);
    await user.selectOptions(await screen.findByLabelText('What photo 2 shows'), 'gills');
    await user.click(screen.getByRole('button', { name: 'Identify' }));
    await screen.findByRole('article', { name: 'Answer' });
    const { method, path, body } = uploads()[0]!;
    expect([method, path]).toEqual(['POST', '/api/v1/identifications']);
    expect(body.match(/name="image"/g)).toHaveLength(2);
    expect(body).toMatch(/name="views"\s+gills/);
    expect(body).not.toContain('anna');
  });

  it('tells that it is on its way, and can be cancelled without losing the photos', async () => {
    reply = () => new Promise(() => undefined);
    const { user } = await ask();
    expect((await screen.findByText(/your photo…/)).getAttribute('role')).toBe('status');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('button', { name: 'Identify' })).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Photo 1' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});

describe('when it fails', () => {
  it('says what is wrong, what to do and its code, keeps the photos, and tries again', async () => {
    reply = () => ({
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
      body: { title: 'The service is busy', code: 'overloaded', detail: 'Too many wait.' },
    });
    const { user } = await ask();
    expect(await screen.findByText('The service is busy')).toBeTruthy();
    expect(screen.getByText('Too many wait.')).toBeTruthy();
    expect(screen.getByText(/Try again in 7 seconds/)).toBeTruthy();
    expect(screen.getByText(/overloaded/)).toBeTruthy();
    reply = () => ({ body: flyAgaricAnswer });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Poisonous' })).toBeTruthy();
    expect(uploads()).toHaveLength(2);
  });

  it('understands a proxy that answers with a page', async () => {
    reply = () => ({ status: 502, body: '<h1>Bad gateway</h1>' });
    await ask();
    expect(await screen.findByText(/http_502/)).toBeTruthy();
  });

  it('says that the service can’t be reached where nobody answers', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    await choose([jpeg()]);
    const identify = await screen.findByRole('button', { name: 'Identify' });
    await service.stop();
    identify.click();
    expect(await screen.findByText('The service can’t be reached')).toBeTruthy();
  });

  it('says so beforehand where the device is offline', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    renderPage('/');
    expect(await screen.findByText('You are offline.')).toBeTruthy();
  });
});

describe('the answer', () => {
  it('says the verdict first, in words, and moves the focus there', async () => {
    const { answer } = await answered();
    const heading = answer.getByRole('heading', { level: 1 });
    expect(heading.textContent).toBe('Poisonous');
    expect(document.activeElement).toBe(heading);
  });

  it('names the match with how sure that is, in words and as a percentage', async () => {
    const { answer } = await answered();
    expect(answer.getByText('Very sure: the model gives it 93%.')).toBeTruthy();
    expect(answer.getByText(/right less often than that/)).toBeTruthy();
    const [match] = answer.getAllByRole('link', { name: 'Amanita muscaria' });
    expect(match?.getAttribute('href')).toBe('/species/amanita-muscaria');
  });

  it('does not pretend to know the species where only the genus is known', async () => {
    const { answer } = await answered({
      match: { taxon: 'Amanita', rank: 'genus', commonName: null, score: 0.81 },
    });
    expect(answer.getByText(/A kind of/)).toBeTruthy();
    expect(answer.getByText(/Which species can’t be told/)).toBeTruthy();
  });

  it('shows the dangerous look-alikes with their verdicts and a photo that names its author and licence', async () => {
    const { answer } = await answered();
    expect(answer.getAllByText('Deadly')).toHaveLength(1);
    expect(await answer.findByRole('img', { name: 'Death Cap, for comparison' })).toBeTruthy();
    expect(answer.getByRole('link', { name: 'Archenzo' }).getAttribute('href')).toBe(
      'https://commons.example/death-cap',
    );
    expect(answer.getByText(/CC BY-SA 3\.0/)).toBeTruthy();
  });

  it('gives the chance that it is poisonous, and what to photograph next', async () => {
    const { answer } = await answered();
    expect(answer.getByRole('heading', { name: /poisonous or deadly 97%/ })).toBeTruthy();
    expect(answer.getByText(/foot dug out of the soil/)).toBeTruthy();
  });

  it('never shows that chance as next to nothing', async () => {
    const { answer } = await answered({ toxicity: { ...flyAgaricAnswer.toxicity, risk: 0.001 } });
    expect(answer.getByRole('heading', { name: /poisonous or deadly below 5%/ })).toBeTruthy();
  });

  it('sounds no surer than such names were right', async () => {
    const evaluated = service.answer;
    const bins = [{ from: 0.9, to: 1, count: 200, confidence: 0.95, accuracy: 0.4 }];
    service.answer = (request) => {
      if (request.path === '/api/v1/models') {
        return { body: { models: [{ name: 'm', versions: [{ version: '7', url: '', served: true }] }] } };
      }
      if (request.path === '/api/v1/models/m/versions/7') {
        const nothing = { count: 0, of: 0 };
        const field = {
          calibration: { anySpecies: { bins } },
          photos: { total: 200 },
          verdicts: { pipeline: { dangerousCalledHarmless: nothing } },
          rightWhenNamed: { species: nothing, genus: nothing },
          decisions: { uncertain: nothing },
        };
        return { body: { version: '7', evaluation: { schemaVersion: 1, splits: { field } } } };
      }
      return evaluated(request);
    };
    const { answer } = await answered();
    expect(await answer.findByText('Unsure: the model gives it 93%.')).toBeTruthy();
    expect(answer.getByText(/40% of the names it gave as much were right/)).toBeTruthy();
  });

  it('is shared as a link that holds the answer, and a picture only where that was wanted', async () => {
    const { user, answer } = await answered();
    for (const withPhoto of [false, true]) {
      if (withPhoto) await user.click(answer.getByLabelText('With a small picture of mine'));
      await user.click(answer.getByRole('button', { name: 'Share a link' }));
      await answer.findByText('The link is copied.');
      const link = new URL(await navigator.clipboard.readText());
      expect(link.pathname).toBe('/answer');
      const shared = await answerIn(link.hash.slice(1));
      expect(shared).toMatchObject({ match: { taxon: 'Amanita muscaria' }, verdict: 'poisonous' });
      expect(shared?.picture !== undefined).toBe(withPhoto);
    }
    expect(uploads()).toHaveLength(1);
  });

  it('always tells whom to call', async () => {
    for (const decision of ['identified', 'uncertain', 'not_a_mushroom'] as const) {
      const { answer } = await answered({ decision });
      expect(answer.getByRole('region', { name: 'If someone has eaten it' })).toBeTruthy();
      cleanup();
    }
  });

  it('says that it can’t tell, and not to eat it, where it is uncertain', async () => {
    const { answer } = await answered({
      decision: 'uncertain',
      reason: 'low_confidence',
      match: undefined,
      toxicity: { verdict: 'unknown', risk: 0.4, toxins: [], advice: 'Treat it as poisonous: do not eat it.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('We can’t tell: do not eat it');
    expect(answer.getByRole('heading', { name: 'What it may be' })).toBeTruthy();
  });

  it('still warns where the name is uncertain but the danger is not', async () => {
    const { answer } = await answered({
      decision: 'uncertain',
      match: undefined,
      toxicity: { verdict: 'deadly', risk: 0.8, toxins: [], advice: 'Do not eat it.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Deadly');
    expect(answer.getByText(/none of them well enough to name one/)).toBeTruthy();
  });

  it('gives no verdict on what is no mushroom', async () => {
    const { answer } = await answered({
      decision: 'not_a_mushroom',
      match: undefined,
      candidates: [],
      lookalikes: [],
      toxicity: { verdict: 'unknown', risk: 0, toxins: [], advice: 'No mushroom was recognised in the photo.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('We see no mushroom here');
    expect(answer.queryByText(/Chance that it is/)).toBeNull();
  });

  it('is still there after a look at a look-alike’s page', async () => {
    const { user, answer, router } = await answered();
    await user.click(answer.getByRole('link', { name: 'Amanita phalloides' }));
    await screen.findByRole('heading', { level: 1, name: /Amanita phalloides/ });
    await router.navigate(-1);
    expect(await screen.findByRole('heading', { level: 1, name: 'Poisonous' })).toBeTruthy();
    expect(uploads()).toHaveLength(1);
  });

  it('goes back to the same photos to add more, or to none for another mushroom', async () => {
    const { user } = await answered();
    await user.click(screen.getByRole('button', { name: 'Add photos of this one' }));
    expect(await screen.findByRole('img', { name: 'Photo 1' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Identify' }));
    await user.click(await screen.findByRole('button', { name: 'Another mushroom' }));
    expect(await screen.findByLabelText(/choose photos/i)).toBeTruthy();
    expect(screen.queryByRole('img', { name: 'Photo 1' })).toBeNull();
  });
});

describe('where it looked', () => {
  const picture = (number: number) => `data:image/png;base64,${number}`;
  const explained = {
    ...flyAgaricAnswer,
    photos: [1, 2].map((number) => ({
      score: 0.9,
      mushroom: 0.99,
      explanation: { picture: picture(number), peak: { x: 0.4, y: 0.55 } },
    })),
  };
  const toggle = () => screen.getByRole('button', { name: 'Where it looked' });

  it('is not asked for until it is wanted', async () => {
    await answered();
    expect(toggle().getAttribute('aria-pressed')).toBe('false');
    expect(uploads()).toHaveLength(1);
  });

  it('is asked of the version that answered, about the same photos, and laid over each', async () => {
    const { user } = await ask([jpeg('a.jpg'), jpeg('b.jpg')]);
    await screen.findByRole('article', { name: 'Answer' });
    reply = () => ({ body: explained });
    await user.click(toggle());
    const layers = await screen.findAllByRole('img', { name: /counted most: 40% from the left, 55% from the top/ });
    expect(layers.map((layer) => layer.getAttribute('src'))).toEqual([picture(1), picture(2)]);
    const [, second] = uploads();
    expect(second!.path).toBe('/api/v1/identifications?explain=1&model=7');
    expect(second!.body.match(/name="image"/g)).toHaveLength(2);
  });

  it('says what is to be seen and what it is not, and goes away again', async () => {
    const { user } = await answered();
    reply = () => ({ body: explained });
    await user.click(toggle());
    await screen.findByText(/The brighter a place, the more it counted.* doesn’t make the answer right/);
    expect(toggle().getAttribute('aria-pressed')).toBe('true');
    await user.click(toggle());
    expect(screen.queryByRole('img', { name: /counted most/ })).toBeNull();
    expect(toggle().getAttribute('aria-pressed')).toBe('false');
    await user.click(toggle());
    await screen.findByRole('img', { name: /counted most/ });
    expect(uploads()).toHaveLength(2);
  });

  it('says why where it can’t be told, keeps the answer, and tries again', async () => {
    const { user, answer } = await answered();
    const headers = { 'content-type': 'application/problem+json' };
    reply = () => ({ status: 404, headers, body: { title: 'That version is gone', code: 'model_not_loaded' } });
    await user.click(toggle());
    await screen.findByText('That version is gone');
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Poisonous');
    reply = () => ({ body: explained });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('img', { name: /counted most/ });
  });
});

describe('the outline', () => {
  const outlined = {
    ...flyAgaricAnswer,
    photos: [
      {
        score: 0.9,
        mushroom: 0.99,
        outline: {
          points: [
            [0.2, 0.1],
            [0.8, 0.1],
            [0.5, 0.9],
          ],
          share: 0.24,
        },
      },
    ],
  };
  const toggle = () => screen.getByRole('button', { name: 'Outline' });
  const line = () => screen.queryByRole('img', { name: 'Outline around 24% of the photo.' });

  it('is asked for when it is first wanted, and drawn over the photo', async () => {
    const { user } = await answered();
    expect(uploads()).toHaveLength(1);
    reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken for the mushroom/);
    expect(uploads()[1]!.path).toBe('/api/v1/identifications?outline=1&model=7');
    expect(line()!.querySelector('polygon')!.getAttribute('points')).toBe('0.2,0.1 0.8,0.1 0.5,0.9');
  });

  it('goes away and comes back without being asked for again', async () => {
    const { user } = await answered();
    reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken/);
    await user.click(toggle());
    expect(line()).toBeNull();
    await user.click(toggle());
    expect(line()).toBeTruthy();
    expect(uploads()).toHaveLength(2);
  });

  it('lies over where the model looked, where both are wanted', async () => {
    const { user } = await answered();
    reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken/);
    await user.click(screen.getByRole('button', { name: 'Where it looked' }));
    await screen.findByText(/The brighter a place/);
    expect(line()).toBeTruthy();
  });

  it('says so where nothing stands out', async () => {
    const { user } = await answered();
    reply = () => ({ body: { ...flyAgaricAnswer, photos: [{ score: 0.9, mushroom: 0.99, outline: null }] } });
    await user.click(toggle());
    await screen.findByText(/Nothing stands out enough/);
  });

  it('says why where there is no model for it, and keeps the answer', async () => {
    const { user, answer } = await answered();
    const headers = { 'content-type': 'application/problem+json' };
    const body = { title: 'There is no model that draws outlines', code: 'outline_model_not_found' };
    reply = () => ({ status: 404, headers, body });
    await user.click(toggle());
    await screen.findByText('There is no model that draws outlines');
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Poisonous');
  });
});
