// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerPath } from '../../shared-answer/answer-link.ts';
import { sharedAnswerOf } from '../../shared-answer/shared-answer.ts';
import { deathCap, flyAgaricAnswer } from '../../testing/answers.ts';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

let service: FakeService;

beforeEach(async () => {
  service = await FakeService.start();
  service.answer = ({ path }) => (path === '/api/v1/species/amanita-phalloides' ? { body: deathCap } : undefined);
});

afterEach(async () => {
  cleanup();
  await service.stop();
});

const linked = (picture?: string) => answerPath(sharedAnswerOf(flyAgaricAnswer, new Date(2026, 10, 23), picture));

it('a shared answer is shown as it was given, with poison help, and that nobody checked it', async () => {
  renderPage(await linked());
  const answer = within(await screen.findByRole('article', { name: 'Answer' }));
  expect(answer.getByRole('heading', { level: 1 }).textContent).toBe('Poisonous');
  expect(answer.getByRole('region', { name: 'If someone has eaten it' })).toBeTruthy();
  expect(answer.getByText(/version 7, on November 23, 2026/)).toBeTruthy();
  expect(screen.getByText(/is not checked/)).toBeTruthy();
  expect(answer.queryByRole('list', { name: 'Your photos' })).toBeNull();
});

it('its picture is shown where one was put in', async () => {
  renderPage(await linked('/9j/4AAQ'));
  const picture = await screen.findByRole('img', { name: 'Your photo 1' });
  expect(picture.getAttribute('src')).toBe('data:image/jpeg;base64,/9j/4AAQ');
});

it('nothing of the link reaches the service', async () => {
  const path = await linked();
  renderPage(path);
  await screen.findByRole('img', { name: 'Death Cap, for comparison' });
  for (const request of service.received) expect(`${request.path} ${request.body}`).not.toContain(path.split('#')[1]);
});

it('a broken link says so, and leads on', async () => {
  renderPage((await linked()).slice(0, -9));
  expect(await screen.findByRole('heading', { level: 1, name: 'This link is broken' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Identify one of your own' }).getAttribute('href')).toBe('/');
});
