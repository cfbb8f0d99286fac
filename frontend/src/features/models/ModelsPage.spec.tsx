// @vitest-environment happy-dom
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

/** A bundle of the registry, as the service would describe it. */
async function describedBundle() {
  const bundle = path.resolve(import.meta.dirname, '../../../../models/registry/mushroom-classifier/3');
  const json = async (file: string) => JSON.parse(await readFile(path.join(bundle, file), 'utf8')) as object;
  return { ...(await json('bundle.json')), evaluation: await json('evaluation.json'), plots: [] };
}

const CARD =
  '# The model\n\n**It can be wrong.** <script>document.title = "run"</script>\n\n| a | b |\n| - | - |\n| 1 | 2 |';

let service: FakeService;
let served: string;
let versions: string[];

beforeEach(async () => {
  const bundle = await describedBundle();
  served = '1';
  versions = ['1'];
  service = await FakeService.start();
  service.answer = ({ path: address }) => {
    if (address === '/api/v1/models') {
      const list = versions.map((version) => ({ version, url: '', served: version === served }));
      return { body: { models: [{ name: 'mushroom-classifier', versions: list }] } };
    }
    const [, version] = /^\/api\/v1\/models\/mushroom-classifier\/versions\/(\d+)$/.exec(address) ?? [];
    if (!version) return undefined;
    return { body: { ...bundle, version, served: version === served, modelCard: CARD } };
  };
});

afterEach(async () => {
  cleanup();
  await service.stop();
});

describe('the page about the model', () => {
  it('draws how reliable it is and what abstaining brings, each with the same as a table', async () => {
    renderPage('/models');
    const reliability = await screen.findByRole('img', {
      name: 'How sure the model is against how often it is right.',
    });
    expect(reliability.querySelectorAll('circle').length).toBeGreaterThan(3);
    const abstention = screen.getByRole('img', { name: /Share of photos that are answered/ });
    expect(abstention.querySelectorAll('path').length).toBeGreaterThan(1);
    expect(screen.getAllByText('The same as a table')).toHaveLength(2);
  });

  it('shows the card as text and tables, and runs nothing in it', async () => {
    const { user } = renderPage('/models');
    await user.click(await screen.findByText('The whole model card'));
    expect((await screen.findByText('It can be wrong.')).tagName).toBe('STRONG');
    expect(within(screen.getByRole('group', { name: 'Table' })).getByRole('columnheader', { name: 'a' })).toBeTruthy();
    expect(document.querySelector('main script')).toBeNull();
    expect(document.title).not.toBe('run');
  });

  it('says that there is nothing to compare while there is one version', async () => {
    renderPage('/models');
    expect(await screen.findByText(/nothing to compare it with/)).toBeTruthy();
  });

  it('starts with the version that answers, leads to the others, and compares them', async () => {
    versions = ['1', '2', '10'];
    served = '2';
    const { user, router } = renderPage('/models');
    expect(await screen.findByRole('heading', { level: 2, name: 'mushroom-classifier, version 2' })).toBeTruthy();
    const compared = within(await screen.findByRole('region', { name: 'Versions compared' }));
    expect(await compared.findByRole('columnheader', { name: 'mushroom-classifier 10' })).toBeTruthy();
    expect(compared.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
      'Share of photos (95 % interval)',
      'mushroom-classifier 10',
      'mushroom-classifier 2 (answers now)',
      'mushroom-classifier 1',
    ]);
    await user.selectOptions(screen.getByLabelText('Version'), '10');
    expect(await screen.findByText('This version does not answer at the moment.')).toBeTruthy();
    expect(router.state.location.search).toBe('?version=10');
  });

  it('says what is wrong where the service fails', async () => {
    service.answer = () => ({ status: 500, body: { title: 'Something went wrong here', code: 'internal' } });
    renderPage('/models');
    expect(await screen.findByText('Something went wrong here')).toBeTruthy();
  });
});
