import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bytesOf, evaluationOf, inputSizeOf, newestOf, type Proportion } from './bundles.ts';
import { figures, groups, numbersIn, short, whole } from './figures.ts';
import { readDocument, repository, tableRowsOf, withoutFences } from './markdown.ts';

const served = newestOf('mushroom-classifier');
const { leaves, splits, occlusion } = evaluationOf(served);
const { val, field: test } = splits;
const student = evaluationOf(newestOf('mushroom-student')).splits;

const percent = ({ share }: Proportion) => (share === 0 ? '0' : (share * 100).toFixed(1));
const bounds = ({ interval }: Proportion) => interval.map((bound) => (bound === 0 ? '0' : (bound * 100).toFixed(1)));
const speed = (model: string, backend: string) =>
  figures.service.rows.find((row) => row.model === model && row.backend === backend)!;
const native = speed('default', 'native');
const wasm = speed('default', 'wasm');

/** A page with every run of blanks as one, so that it may be wrapped anywhere. */
const proseOf = (page: string) => readDocument(page).replaceAll(/\s+/g, ' ');

/** The part of a page below a heading of the second rank, up to the next heading of any. */
const sectionOf = (page: string, heading: string) =>
  withoutFences(readDocument(page))
    .split(/^(?=#+ )/m)
    .find((section) => section.startsWith(`## ${heading}\n`))!;

/** Rows of the tables in a section, without what makes them bold or code. */
const rowsOf = (page: string, heading: string) =>
  tableRowsOf(sectionOf(page, heading)).map((row) => row.map((cell) => cell.replaceAll(/\*\*|`/g, '')));

describe('docs/figures.json', () => {
  const scripts = (JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> }).scripts;

  it.each(groups)('says of %s which command measures it, and when that was', (_, { measuredBy, date }) => {
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    const script = /^npm run ([\w:]+)/.exec(measuredBy)?.[1];
    if (script) expect(scripts).toHaveProperty([script]);
    else expect(measuredBy).toMatch(/^(npx vitest run [\w/]+|assumed)$/);
  });

  it.each(figures.models.rows.filter(({ bundle }) => existsSync(path.join(repository, 'models/registry', bundle))))(
    'has the size of $bundle in the registry',
    ({ bundle, megabytes }) => {
      expect((bytesOf(bundle) / 1e6).toFixed(2)).toBe(megabytes.toFixed(2));
    },
  );
});

describe('README.md', () => {
  const prose = proseOf('README.md');

  it('says of the served model how often it is right, and how wrong its verdicts are', () => {
    const shares = (share: (split: typeof val) => Proportion, withBounds = true) =>
      [test, val].map((split) => {
        const [low, high] = bounds(share(split));
        return `${percent(share(split))} %${withBounds ? ` (${low}–${high})` : ''}`;
      });
    expect(rowsOf('README.md', 'How far to trust it')).toEqual([
      [`names the right one of ${leaves.species} species first`, ...shares(({ top1 }) => top1)],
      ['has it among the first three', ...shares(({ top3 }) => top3)],
      ['is right when it does name a species', ...shares(({ rightWhenNamed }) => rightWhenNamed.species)],
      [
        'a deadly, poisonous or psychoactive mushroom gets a harmless verdict',
        ...shares(({ verdicts }) => verdicts.pipeline.dangerousCalledHarmless),
      ],
      [
        '… if the best guess were simply believed',
        ...shares(({ verdicts }) => verdicts.argmax.dangerousCalledHarmless, false),
      ],
      [
        'a harmless mushroom gets a harmless verdict (higher is better)',
        ...shares(({ verdicts }) => verdicts.pipeline.harmlessCalledHarmless),
      ],
    ]);
  });

  it('says how many photos that was measured on, and how many get no name', () => {
    expect(prose).toContain(`The test set is ${whole(test.photos.total)} photos from other sources`);
    expect(prose).toContain(`\`val\` is ${whole(val.photos.total)} photos held back`);
    expect(prose).toContain('Three test photos out of four get no name');
    expect(test.decisions.uncertain.share + test.decisions.notAMushroom.share).toBeCloseTo(0.75, 2);
    expect(prose).toContain('half of the photos are of species that the model was never taught');
    expect(test.photos.ofUnseenSpecies / test.photos.total).toBeCloseTo(0.5, 1);
  });

  it('says how fast it answers', () => {
    const backends = { native: 'native TensorFlow', wasm: 'WebAssembly' };
    expect(rowsOf('README.md', 'How fast it answers')).toEqual(
      figures.service.rows.map(({ model, backend, oneMegapixel }) => [
        model,
        backends[backend as keyof typeof backends],
        `${short(oneMegapixel.oneClientP50Ms)} ms`,
        `${short(oneMegapixel.eightClientsPerSecond)} per second`,
      ]),
    );
    expect(prose).toContain(`has fetched the model (${whole(bytesOf(served) / 1e6)} MB)`);
    expect(prose).toContain(`in ${figures.device.photoMs} ms per photo`);
  });

  it('says how much less the student is right', () => {
    expect(prose).toContain('right on 2–3 photos fewer per hundred');
    for (const split of ['val', 'field'] as const) {
      const fewer = 100 * (splits[split].top1.share - student[split].top1.share);
      expect(fewer).toBeGreaterThanOrEqual(2);
      expect(fewer).toBeLessThanOrEqual(3);
    }
  });
});

describe('docs/inference.md', () => {
  const page = 'docs/inference.md';
  const prose = proseOf(page);

  it('has the table of speed, and where the time of a lone request goes', () => {
    const { default: large, student: small } = figures.service.loneRequestMs;
    const stages = { decode: 'decoding', network: 'the network', rest: 'upload, pipes, decision, HTTP' } as const;
    expect(rowsOf(page, 'How fast it answers')).toEqual([
      ...figures.service.rows.map(({ model, backend, oneMegapixel, twelveMegapixels, readySeconds, memoryMb }) => [
        model,
        backend,
        ...[oneMegapixel, twelveMegapixels].flatMap(({ oneClientP50Ms, eightClientsPerSecond }) => [
          `${short(oneClientP50Ms)} ms`,
          short(eightClientsPerSecond),
        ]),
        `${short(readySeconds)} s`,
        `${whole(memoryMb)} MB`,
      ]),
      ...(['decode', 'network', 'rest'] as const).map((stage) => [
        stages[stage],
        `${short(large[stage])} ms`,
        `${short(small[stage])} ms`,
      ]),
    ]);
    const { one, two, inputSize } = figures.service.networkMsWithThreads;
    expect(prose).toContain(`(${one} → ${two} ms for the network at ${inputSize} pixels)`);
  });

  it('says what it bears', () => {
    const { overload, chaos, soak } = figures;
    expect(prose).toContain(
      `Capacity ${short(overload.capacityPerSecond)} per second, ${overload.sentPerSecond} per second sent: ` +
        `${overload.answeredPerSecond} per second are answered, 99 of 100 within ${overload.answeredP99Ms} ms; ` +
        `99 of 100 refusals within ${overload.refusedP99Ms} ms. ` +
        `Two seconds later it answers ${short(overload.afterwardsPerSecond)} per second again.`,
    );
    expect(prose).toContain(
      `${chaos.killed} killed, ${whole(chaos.answered)} of ${whole(chaos.requests)} requests answered 200`,
    );
    expect(prose).toContain(`${whole(soak.requests)} requests;`);
    const change = ([first, last]: [number, number]) => `${whole(first)} → ${whole(last)}`;
    expect(rowsOf(page, 'Under pressure')).toEqual(
      soak.rows.map(({ model, backend, httpMb, workersMb, tensors, p50Ms }) => [
        `${model}, ${backend}`,
        `${change(httpMb)} MB`,
        `${change(workersMb)} MB`,
        tensors[1] === 0 ? 'none left' : `${tensors[1]} throughout`,
        `${change(p50Ms)} ms`,
      ]),
    );
  });

  it('says where the memory goes', () => {
    const { memory } = figures;
    for (const sentence of [
      `Two wasm workers of ${memory.workerMb} MB and an HTTP process of ${memory.httpMb} MB under load`,
      `make ${wasm.memoryMb} MB of resident memory. Of it, ${memory.nodeProgramMb} MB per process are Node's own program`,
      `That saves ${memory.savedBySemiSpacesMb} MB`,
      `as the largest photo made it: ${memory.savedByOneArenaMb} MB less`,
      `without \`MALLOC_ARENA_MAX=1\`, needs ${memory.moreWithoutOneArenaMb} MB more`,
    ]) {
      expect(prose).toContain(sentence);
    }
  });
});

describe('the capacity in the runbook', () => {
  const { cores } = figures.service;
  const perCore = (row: typeof wasm) => row.oneMegapixel.eightClientsPerSecond / cores;
  const [manifest] = parseAllDocuments(
    readFileSync(path.join(repository, 'k8s/base/api-service/deployment.yaml'), 'utf8'),
  ).map((document) => document.toJS() as { spec: { template: { spec: { containers: Container[] } } } });
  const coresOfPod = Number(manifest!.spec.template.spec.containers[0]!.resources.requests.cpu);
  const autoscaler = readDocument('k8s/components/hpa/horizontal-pod-autoscaler.yaml');
  const planned = Number(/averageUtilization: (\d+)/.exec(autoscaler)![1]) / 100;
  const capacity = rowsOf('docs/runbook.md', 'Capacity');
  const coresFor = (perSecond: number) => perSecond / Number(perCore(wasm).toFixed(1)) / planned;

  interface Container {
    resources: { requests: { cpu: string } };
  }

  it('is half of what two cores answer, at the share of a core that the autoscaler keeps', () => {
    expect(capacity.slice(0, 4).map(([, value]) => value)).toEqual([
      perCore(wasm).toFixed(1),
      perCore(native).toFixed(1),
      `${planned * 100} %`,
      String(coresOfPod),
    ]);
    expect(capacity[0]![2]).toContain(`${short(wasm.oneMegapixel.eightClientsPerSecond)} per second on two cores`);
    expect(capacity[1]![2]).toContain(`${short(native.oneMegapixel.eightClientsPerSecond)} per second on two cores`);
    expect(proseOf('docs/runbook.md')).toContain(`requests ÷ ${perCore(wasm).toFixed(1)} ÷ ${planned}`);
  });

  it('says how many cores and pods that takes', () => {
    expect(capacity.length).toBeGreaterThan(6);
    for (const [people, perSecond, neededCores, pods] of capacity.slice(4)) {
      const cores = Math.ceil(coresFor(Number(perSecond)) * 10) / 10;
      expect(neededCores, people).toBe(cores.toFixed(1));
      expect(pods, people).toBe(String(Math.ceil(cores / coresOfPod) + 1));
    }
  });

  it('is what the cost page counts with', () => {
    const { requestsPerSecond, hoursPerMonth, photoKb, answerKb } = figures.cost;
    const prose = proseOf('docs/cost.md');
    const coresNeeded = coresFor(requestsPerSecond);
    const pods = Math.ceil(coresNeeded / coresOfPod);
    expect(prose).toContain(`a core answers ${perCore(wasm).toFixed(1)} per second`);
    expect(prose).toContain(
      `${requestsPerSecond} ÷ ${perCore(wasm).toFixed(1)} ÷ ${planned} = ${coresNeeded.toFixed(1)} cores, in pods of ${coresOfPod}.`,
    );
    expect(prose).toContain(`## At ${requestsPerSecond} requests per second`);
    const quantities = new Map(rowsOf('docs/cost.md', 'At 100 requests per second') as [string, string][]);
    expect(quantities.get('processors of the service')).toBe(`${pods} pods × ${coresOfPod} vCPU × ${hoursPerMonth}`);
    expect(quantities.get('memory of the service')).toMatch(new RegExp(`^${pods} pods × `));
    expect([...quantities.keys()]).toContain(`photos in, ${photoKb} kB each`);
    expect([...quantities.keys()]).toContain(`answers out, ${answerKb} kB each`);
  });
});

describe('docs/explanation.md', () => {
  const prose = proseOf('docs/explanation.md');

  it('says how often hiding the hottest place costs most', () => {
    const { tried, hotCostsMore, meanDrop } = occlusion!;
    const [low, high] = bounds(hotCostsMore);
    expect(prose).toContain(
      `all ${whole(tried)} photos of \`val\`, ${hotCostsMore.of} answered rightly: **${percent(hotCostsMore)} % pass** ` +
        `(${low} to ${high} %; ${hotCostsMore.count} of ${hotCostsMore.of})`,
    );
    expect(prose).toContain(
      `The hot region costs ${(meanDrop.hot * 100).toFixed(1)} points of the score on average, ` +
        `a random one ${(meanDrop.random * 100).toFixed(1)}`,
    );
  });

  it('says how fine the map is', () => {
    // Five halvings, each rounded up.
    const places = Math.ceil(inputSizeOf(served) / 32);
    const shares: Record<number, string> = { 7: 'a seventh', 8: 'an eighth', 9: 'a ninth' };
    expect(prose).toContain(
      `${places} × ${places} places of an input of ${inputSizeOf(served)} × ${inputSizeOf(served)}`,
    );
    expect(prose).toContain(`One place is ${shares[places]} of the photo's side`);
  });

  it('says what it costs', () => {
    const { pairs, rows } = figures.explanation;
    const times = rows.map(({ backend, withoutMs, withMs }) => {
      const more = Math.round(100 * (withMs / withoutMs - 1));
      return `${backend} ${withoutMs} → ${withMs} ms (${more} % more)`;
    });
    expect(prose).toContain(`Medians of ${pairs} pairs`);
    expect(prose).toContain(`two cores: ${times.join(', ')}`);
  });
});

describe('docs/compression.md', () => {
  const page = 'docs/compression.md';
  const ofSplits = (bundle: string, figure: (split: typeof val) => string) => {
    const evaluation = evaluationOf(bundle).splits;
    return [figure(evaluation.val), figure(evaluation.field)];
  };

  it('says what each bundle costs and how right it is', () => {
    const rows = rowsOf(page, 'What accuracy costs');
    expect(rows).toHaveLength(figures.models.rows.length);
    figures.models.rows.forEach((figure, index) => {
      const [name, valTop1, testTop1, ...costs] = rows[index]!;
      expect(costs, name).toEqual([
        String(figure.millionMultiplyAdds),
        figure.megabytes.toFixed(2),
        figure.compressedMegabytes.toFixed(2),
        ...[figure.native, figure.wasm].flatMap(({ photoMs, loadMs }) => [photoMs.toFixed(1), String(loadMs)]),
      ]);
      if (name!.startsWith('…')) return;
      expect(name!.replace(' ', '/')).toBe(figure.bundle);
      expect([valTop1, testTop1], name).toEqual(ofSplits(figure.bundle, ({ top1 }) => `${percent(top1)} %`));
    });
  });

  it('says the same of the student and the default', () => {
    const rows = rowsOf(page, 'The student');
    for (const [row, bundle] of [
      [rows[0]!, served],
      [rows[1]!, newestOf('mushroom-student')],
    ] as const) {
      const figure = figures.models.rows.find((model) => model.bundle === bundle)!;
      expect(row.slice(1)).toEqual([
        String(figure.millionMultiplyAdds),
        ...ofSplits(bundle, ({ top1, top3 }) => `${percent(top1)} · ${percent(top3)}`),
        `${figure.megabytes.toFixed(2)} MB`,
      ]);
    }
    const costs = [student.field, test].map(({ verdicts }) => verdicts.pipeline.costAPhoto.toFixed(2));
    expect(proseOf(page)).toContain(
      `A photo costs ${costs[0]} ([decision.md](decision.md)), with the default ${costs[1]}.`,
    );
    expect(proseOf(page)).toContain(
      `cores answers ${whole(native.oneMegapixel.eightClientsPerSecond)} of them per second`,
    );
  });
});

describe('docs/containers.md', () => {
  it('has the sizes of the images', () => {
    const rows = rowsOf('docs/containers.md', 'The images');
    expect(rows.slice(-figures.images.rows.length)).toEqual(
      figures.images.rows.map(({ image, downloadMb, aboveBaseMb }) => [image, `${downloadMb} MB`, `${aboveBaseMb} MB`]),
    );
  });
});

describe('docs/on-device.md', () => {
  it('says how long a photo takes, and how often device and service agree', () => {
    const prose = proseOf('docs/on-device.md');
    expect(prose).toContain(`a photo of 1024 pixels takes ${figures.device.photoMs} ms`);
    expect(prose).toContain(`Of ${figures.agreement.photos} photos, ${figures.agreement.equal} are`);
  });
});

describe('docs/how-the-model-was-made.md', () => {
  it('has the accuracy of the bundles that are in the registry', () => {
    const prose = readDocument('docs/how-the-model-was-made.md');
    for (const bundle of ['mushroom-classifier/2', 'mushroom-classifier/3', 'mushroom-student/1']) {
      const cells = Object.values(evaluationOf(bundle).splits).map(
        ({ top1, top3 }) => `${percent(top1)} · ${percent(top3)} %`,
      );
      for (const cell of cells) expect(prose, bundle).toContain(cell);
    }
  });
});

describe('CHANGELOG.md', () => {
  it('says of what is not released yet how large and how wrong it is', () => {
    const unreleased = sectionOf('CHANGELOG.md', 'Unreleased').replaceAll(/\s+/g, ' ');
    const { count, of } = test.verdicts.pipeline.dangerousCalledHarmless;
    expect(unreleased).toContain(`${count} of ${of} dangerous mushrooms of the test called harmless`);
    expect(unreleased).toContain(`take ${wasm.memoryMb} MB`);
    expect(unreleased).toContain(`of ${(bytesOf(newestOf('mushroom-student')) / 1e6).toFixed(2)} MB`);
  });
});

/** Figures of others, bounds, and what was tried: none of them is measured by a command. */
const NOT_MEASURED: Record<string, string[]> = {
  // V8's own semi-spaces.
  'docs/inference.md': ['16 MB'],
};

describe('a figure in megabytes, milliseconds or per second', () => {
  const known = new Set(
    [...numbersIn(figures), ...figures.service.rows.map((row) => row.oneMegapixel.eightClientsPerSecond / 2)].flatMap(
      (value) => [short(value), whole(value), String(value), value.toFixed(2)],
    ),
  );

  it.each([
    'README.md',
    'CHANGELOG.md',
    'docs/containers.md',
    'docs/cost.md',
    'docs/explanation.md',
    'docs/inference.md',
    'docs/runbook.md',
  ])('of %s is in figures.json', (page) => {
    const prose = proseOf(page);
    const stated = [...prose.matchAll(/(?:([\d.,]*\d) → )?(?<![\d.])([\d.,]*\d) (MB|ms|per second)\b/g)].flatMap(
      ([, before, value, unit]) => [before, value].filter(Boolean).map((number) => `${number} ${unit}`),
    );
    const unknown = stated.filter(
      (amount) => !known.has(amount.split(' ')[0]!) && !NOT_MEASURED[page]?.includes(amount),
    );
    expect(unknown).toEqual([]);
  });
});
