// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { NEVER } from '../../testing/fake-service.ts';
import { IdentifyingPage, jpeg } from '../../testing/identifying-page.ts';

let page: IdentifyingPage;

beforeEach(async () => {
  page = await IdentifyingPage.open();
});

afterEach(() => page.close());

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
    await page.answered();
    expect(toggle().getAttribute('aria-pressed')).toBe('false');
    expect(page.uploads()).toHaveLength(1);
  });

  it('is asked of the version that answered, about the same photos, and laid over each', async () => {
    const { user } = await page.ask([jpeg('a.jpg'), jpeg('b.jpg')]);
    await screen.findByRole('article', { name: 'Answer' });
    page.reply = () => ({ body: explained });
    await user.click(toggle());
    const layers = await screen.findAllByRole('img', { name: /counted most: 40% from the left, 55% from the top/ });
    expect(layers.map((layer) => layer.getAttribute('src'))).toEqual([picture(1), picture(2)]);
    const [, second] = page.uploads();
    expect(second!.path).toBe('/api/v1/identifications?explain=1&model=7');
    expect(second!.body.match(/name="image"/g)).toHaveLength(2);
  });

  it('says what is to be seen and what it is not, and goes away again', async () => {
    const { user } = await page.answered();
    page.reply = () => ({ body: explained });
    await user.click(toggle());
    await screen.findByText(/The brighter a place, the more it counted.* doesn’t make the answer right/);
    expect(toggle().getAttribute('aria-pressed')).toBe('true');
    await user.click(toggle());
    expect(screen.queryByRole('img', { name: /counted most/ })).toBeNull();
    expect(toggle().getAttribute('aria-pressed')).toBe('false');
    await user.click(toggle());
    await screen.findByRole('img', { name: /counted most/ });
    expect(page.uploads()).toHaveLength(2);
  });

  it('is not waited for any more once it is turned off, and asked for again', async () => {
    const { user } = await page.answered();
    page.reply = () => NEVER;
    await user.click(toggle());
    await screen.findByText('Looking again…');
    await user.click(toggle());
    page.reply = () => ({ body: explained });
    await user.click(toggle());
    await screen.findByRole('img', { name: /counted most/ });
  });

  it('says why where it can’t be told, keeps the answer, and tries again', async () => {
    const { user, answer } = await page.answered();
    const headers = { 'content-type': 'application/problem+json' };
    page.reply = () => ({ status: 404, headers, body: { title: 'That version is gone', code: 'model_not_loaded' } });
    await user.click(toggle());
    await screen.findByText('That version is gone');
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Poisonous');
    page.reply = () => ({ body: explained });
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
    const { user } = await page.answered();
    expect(page.uploads()).toHaveLength(1);
    page.reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken for the mushroom/);
    expect(page.uploads()[1]!.path).toBe('/api/v1/identifications?outline=1&model=7');
    expect(line()!.querySelector('polygon')!.getAttribute('points')).toBe('0.2,0.1 0.8,0.1 0.5,0.9');
  });

  it('goes away and comes back without being asked for again', async () => {
    const { user } = await page.answered();
    page.reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken/);
    await user.click(toggle());
    expect(line()).toBeNull();
    await user.click(toggle());
    expect(line()).toBeTruthy();
    expect(page.uploads()).toHaveLength(2);
  });

  it('lies over where the model looked, where both are wanted', async () => {
    const { user } = await page.answered();
    page.reply = () => ({ body: outlined });
    await user.click(toggle());
    await screen.findByText(/Around what was taken/);
    await user.click(screen.getByRole('button', { name: 'Where it looked' }));
    await screen.findByText(/The brighter a place/);
    expect(line()).toBeTruthy();
  });

  it('says so where nothing stands out', async () => {
    const { user } = await page.answered();
    page.reply = () => ({ body: { ...flyAgaricAnswer, photos: [{ score: 0.9, mushroom: 0.99, outline: null }] } });
    await user.click(toggle());
    await screen.findByText(/Nothing stands out enough/);
  });

  it('says why where there is no model for it, and keeps the answer', async () => {
    const { user, answer } = await page.answered();
    const headers = { 'content-type': 'application/problem+json' };
    const body = { title: 'There is no model that draws outlines', code: 'outline_model_not_found' };
    page.reply = () => ({ status: 404, headers, body });
    await user.click(toggle());
    await screen.findByText('There is no model that draws outlines');
    expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Poisonous');
  });
});
