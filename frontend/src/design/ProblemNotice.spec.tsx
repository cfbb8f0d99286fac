// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiProblem, type Problem } from '../api/problem.ts';
import { showIn } from '../language/language.ts';
import { ProblemNotice } from './ProblemNotice.tsx';

afterEach(async () => {
  cleanup();
  await showIn('en');
});

const tooSmall: Problem = {
  code: 'photo_too_small',
  status: 422,
  title: 'A photo is too small',
  detail: 'The photo is 9 × 9 pixels.',
};

const show = (problem: Problem) => render(<ProblemNotice error={new ApiProblem(problem)} />);

describe('a problem that the service tells of', () => {
  it('is shown in English as it comes', async () => {
    await showIn('en');
    show(tooSmall);
    expect(screen.getByText('A photo is too small').lang).toBe('');
    expect(screen.getByText('The photo is 9 × 9 pixels.')).toBeTruthy();
  });

  it('is shown in German, with the service’s own sentence under a heading that says it is English', async () => {
    await showIn('de');
    show(tooSmall);
    expect(await screen.findByText('Ein Foto ist zu klein')).toBeTruthy();
    expect(screen.getByText(/auf Englisch/).tagName).toBe('SUMMARY');
    expect(screen.getByText('The photo is 9 × 9 pixels.').lang).toBe('en');
  });

  it('is marked as English where a later service has a code that there are no German words for', async () => {
    await showIn('de');
    show({ code: 'photo_too_blue', status: 422, title: 'A photo is too blue' });
    expect(screen.getByText('A photo is too blue').lang).toBe('en');
  });
});
