// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerIn } from '../../shared-answer/open-answer-link.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { IdentifyingPage } from '../../testing/identifying-page.ts';

let page: IdentifyingPage;

beforeEach(async () => {
  page = await IdentifyingPage.open();
});

afterEach(() => page.close());

describe('the answer', () => {
  it('says the verdict first, in words, and moves the focus there', async () => {
    const { answer } = await page.answered();
    const heading = answer.getByRole('heading', { level: 1 });
    expect(heading.textContent).toBe('Poisonous');
    expect(document.activeElement).toBe(heading);
  });

  it('names the match with how sure that is, in words and as a percentage', async () => {
    const { answer } = await page.answered();
    expect(answer.getByText('Very sure: the model gives it 93%.')).toBeTruthy();
    expect(answer.getByText(/right less often than that/)).toBeTruthy();
    const [match] = answer.getAllByRole('link', { name: 'Amanita muscaria' });
    expect(match?.getAttribute('href')).toBe('/species/amanita-muscaria');
  });

  it('does not pretend to know the species where only the genus is known', async () => {
    const { answer } = await page.answered({
      match: { taxon: 'Amanita', rank: 'genus', commonName: null, score: 0.81 },
    });
    expect(answer.getByText(/A kind of/)).toBeTruthy();
    expect(answer.getByText(/Which species can’t be told/)).toBeTruthy();
  });

  it('shows the dangerous look-alikes with their verdicts and a photo that names its author and licence', async () => {
    const { answer } = await page.answered();
    expect(answer.getAllByText('Deadly')).toHaveLength(1);
    expect(await answer.findByRole('img', { name: 'Death Cap, for comparison' })).toBeTruthy();
    expect(answer.getByRole('link', { name: 'Archenzo' }).getAttribute('href')).toBe(
      'https://commons.example/death-cap',
    );
    expect(answer.getByText(/CC BY-SA 3\.0/)).toBeTruthy();
  });

  it('gives the chance that it is poisonous, and what to photograph next', async () => {
    const { answer } = await page.answered();
    expect(answer.getByRole('heading', { name: /poisonous or deadly 97%/ })).toBeTruthy();
    expect(answer.getByText(/foot dug out of the soil/)).toBeTruthy();
  });

  it('never shows that chance as next to nothing', async () => {
    const { answer } = await page.answered({ toxicity: { ...flyAgaricAnswer.toxicity, risk: 0.001 } });
    expect(answer.getByRole('heading', { name: /poisonous or deadly below 5%/ })).toBeTruthy();
  });

  it('sounds no surer than such names were right', async () => {
    const evaluated = page.service.answer;
    const bins = [{ from: 0.9, to: 1, count: 200, confidence: 0.95, accuracy: 0.4 }];
    page.service.answer = (request) => {
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
    const { answer } = await page.answered();
    expect(await answer.findByText('Unsure: the model gives it 93%.')).toBeTruthy();
    expect(answer.getByText(/40% of the names it gave as much were right/)).toBeTruthy();
  });

  it('is shared as a link that holds the answer, and a picture only where that was wanted', async () => {
    const { user, answer } = await page.answered();
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
    expect(page.uploads()).toHaveLength(1);
  });

  it('is shared and kept without the picture where that can’t be drawn, and says so', async () => {
    const { user, answer } = await page.answered();
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('no', 'InvalidStateError')));
    await user.click(answer.getByLabelText('With a small picture of mine'));
    await user.click(answer.getByRole('button', { name: 'Share a link' }));
    await answer.findByText(/The link is copied. It is without the picture/);
    await user.click(answer.getByLabelText('With a small picture'));
    await user.click(answer.getByRole('button', { name: 'Keep in my finds' }));
    await answer.findByText(/on this device, without the picture/);
  });

  it('always tells whom to call', async () => {
    for (const decision of ['identified', 'uncertain', 'not_a_mushroom'] as const) {
      const { answer } = await page.answered({ decision });
      expect(answer.getByRole('region', { name: 'If someone has eaten it' })).toBeTruthy();
      cleanup();
    }
  });

  it('says that it can’t tell, and not to eat it, where it is uncertain', async () => {
    const { answer } = await page.answered({
      decision: 'uncertain',
      reason: 'low_confidence',
      match: undefined,
      toxicity: { verdict: 'unknown', risk: 0.4, toxins: [], advice: 'Treat it as poisonous: do not eat it.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('We can’t tell: do not eat it');
    expect(answer.getByRole('heading', { name: 'What it may be' })).toBeTruthy();
  });

  it('still warns where the name is uncertain but the danger is not', async () => {
    const { answer } = await page.answered({
      decision: 'uncertain',
      match: undefined,
      toxicity: { verdict: 'deadly', risk: 0.8, toxins: [], advice: 'Do not eat it.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Deadly');
    expect(answer.getByText(/none of them well enough to name one/)).toBeTruthy();
  });

  it('gives no verdict on what is no mushroom', async () => {
    const { answer } = await page.answered({
      decision: 'not_a_mushroom',
      match: undefined,
      candidates: [],
      lookalikes: [],
      toxicity: { verdict: 'unknown', risk: 0, toxins: [], advice: 'No mushroom was recognised in the photo.' },
    });
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('We see no mushroom here');
    expect(answer.queryByText(/Chance that it is/)).toBeNull();
  });
});
