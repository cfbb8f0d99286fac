import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  bytesOf,
  evaluationOf,
  inputSizeOf,
  networkOf,
  newestOf,
  outlineFacts,
  percent,
  recordOf,
  top1And3,
  type Proportion,
} from './bundles.ts';
import { amountsIn, figures, short, whole } from './figures.ts';
import { readDocument, repository, tableRowsOf, withoutFences } from './markdown.ts';
import { pages } from './pages.ts';

const served = newestOf('mushroom-classifier');
const { leaves, splits, occlusion } = evaluationOf(served);
const { val, field: test } = splits;
const student = evaluationOf(newestOf('mushroom-student')).splits;

const bounds = ({ interval }: Proportion) => interval.map(percent);
const megabytesOf = (bundle: string) => bytesOf(bundle) / 1e6;
const speed = (model: string, backend: string) =>
  figures.service.rows.find((row) => row.model === model && row.backend === backend)!;
const onnx = speed('default', 'onnx');
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

  it.each(Object.values(figures))('names a command that there is: $measuredBy', ({ measuredBy }) => {
    expect(scripts).toHaveProperty([measuredBy.replace('npm run ', '')]);
  });

  it.each(figures.models.rows)('has the size of $bundle in the registry', ({ bundle, megabytes }) => {
    expect(megabytesOf(bundle).toFixed(2)).toBe(megabytes.toFixed(2));
  });
});

describe('README.md', () => {
  const prose = proseOf('README.md');

  it('says of the served model how often it is right, and how wrong its verdicts are', () => {
    const shares = (share: (split: typeof val) => Proportion, withBounds = true) =>
      [test, val].map((split) => {
        const [low, high] = bounds(share(split));
        return `${percent(share(split).share)} %${withBounds ? ` (${low}–${high})` : ''}`;
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
    const backends = { onnx: 'ONNX Runtime', native: 'native TensorFlow', wasm: 'WebAssembly' };
    expect(rowsOf('README.md', 'How fast it answers')).toEqual(
      figures.service.rows.map(({ model, backend, oneMegapixel }) => [
        model,
        backends[backend],
        `${short(oneMegapixel.oneClientP50Ms)} ms`,
        `${short(oneMegapixel.eightClientsPerSecond)} per second`,
      ]),
    );
    expect(prose).toContain(`has fetched the model (${whole(megabytesOf(served))} MB)`);
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
  });

  it('says how the cost of an answer grows', () => {
    const { rows, firstAnswerMs } = figures.service.growth;
    const of = (changed: string) => rows.filter((row) => row.changed === changed);
    expect(rowsOf(page, 'How it grows')).toEqual(
      ['photos', 'megapixels', 'clients', 'workers'].flatMap((changed) =>
        of(changed).map(({ value, perSecond, p50Ms }) => [
          `${changed}: ${value}`,
          short(perSecond),
          `${short(p50Ms)} ms`,
        ]),
      ),
    );
    expect(prose).toContain(
      `The first answer of a service that has just become ready takes ${short(firstAnswerMs.cold)} ms, ` +
        `later ones ${short(firstAnswerMs.warm)} ms`,
    );
  });

  it('has the service beside its peers, with what was missed', () => {
    const { rounds, ratios, services } = figures.peers;
    const peers = { plain: 'plain', tuned: 'tuned', keras: 'FastAPI + Keras' };
    expect(rowsOf(page, 'Beside its peers')).toEqual([
      ...ratios.map(({ served, peer, scenario, median, lowest, highest, bound }) => {
        const isTime = scenario.startsWith('1 client');
        const isHeld = isTime ? median <= bound : median >= bound;
        return [
          served,
          peers[peer],
          scenario,
          `${median.toFixed(2)} × (${lowest.toFixed(2)}–${highest.toFixed(2)})`,
          `${isTime ? '≤' : '≥'} ${bound}${isHeld ? '' : ', missed'}`,
        ];
      }),
      ...services.map(({ served, readySeconds, memoryMb }) => [
        served,
        `${readySeconds.toFixed(2)} s`,
        `${memoryMb} MB`,
      ]),
    ]);
    expect(prose).toContain(`in ${rounds} rounds`);
  });

  it('says what it bears', () => {
    const { overload, chaos, soak } = figures;
    expect(prose).toContain(
      `\`npm run overload\`, ${overload.backend}: ten times the load that it can take, for a minute. ` +
        `Capacity ${short(overload.capacityPerSecond)} per second, ${overload.sentPerSecond} per second sent: ` +
        `${overload.answeredPerSecond} per second are answered, 99 of 100 within ${overload.answeredP99Ms} ms; ` +
        `99 of 100 refusals within ${overload.refusedP99Ms} ms. ` +
        `Two seconds later it answers ${short(overload.afterwardsPerSecond)} per second again.`,
    );
    expect(prose).toContain(
      `\`npm run chaos\`, ${chaos.backend}: a worker killed every second, for a minute. ` +
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
    const { workerMb, httpMb } = figures.service.defaultOnWasm;
    expect(figures.service.workers).toBe(2);
    expect(prose).toContain(
      `Two wasm workers of ${workerMb} MB and an HTTP process of ${httpMb} MB under load, ` +
        `photos of 12 megapixels included, make ${wasm.memoryMb} MB of resident memory`,
    );
  });
});

/** What the cost page takes for granted. */
const ASSUMED = { requestsPerSecond: 100, photoKb: 300, answerKb: 4, hoursPerMonth: 730 };

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
  const coresFor = (perSecond: number) => perSecond / Number(perCore(onnx).toFixed(1)) / planned;

  interface Container {
    resources: { requests: { cpu: string } };
  }

  it('is half of what two cores answer, at the share of a core that the autoscaler keeps', () => {
    expect(capacity.slice(0, 4).map(([, value]) => value)).toEqual([
      perCore(onnx).toFixed(1),
      perCore(wasm).toFixed(1),
      `${planned * 100} %`,
      String(coresOfPod),
    ]);
    expect(capacity[0]![2]).toContain(`${short(onnx.oneMegapixel.eightClientsPerSecond)} per second on two cores`);
    expect(capacity[1]![2]).toContain(`${short(wasm.oneMegapixel.eightClientsPerSecond)} per second on two cores`);
    expect(proseOf('docs/runbook.md')).toContain(`requests ÷ ${perCore(onnx).toFixed(1)} ÷ ${planned}`);
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
    const { requestsPerSecond, hoursPerMonth, photoKb, answerKb } = ASSUMED;
    const prose = proseOf('docs/cost.md');
    const coresNeeded = coresFor(requestsPerSecond);
    const pods = Math.ceil(coresNeeded / coresOfPod);
    expect(prose).toContain(`a core answers ${perCore(onnx).toFixed(1)} per second`);
    expect(prose).toContain(
      `${requestsPerSecond} ÷ ${perCore(onnx).toFixed(1)} ÷ ${planned} = ${coresNeeded.toFixed(1)} cores, in pods of ${coresOfPod}.`,
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
      `all ${whole(tried)} photos of \`val\`, ${hotCostsMore.of} answered rightly: **${percent(hotCostsMore.share)} % pass** ` +
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
  const prose = proseOf(page);
  const ofSplits = (bundle: string, figure: (split: typeof val) => string) => {
    const evaluation = evaluationOf(bundle).splits;
    return [figure(evaluation.val), figure(evaluation.field)];
  };

  /** What was measured of a bundle's network, in whichever version. */
  const measuredOf = (bundle: string) =>
    figures.models.rows.find((model) => networkOf(model.bundle) === networkOf(bundle));

  it('says what each bundle costs and how right it is', () => {
    const rows = rowsOf(page, 'What accuracy costs');
    expect(rows).toHaveLength(figures.models.rows.length);
    figures.models.rows.forEach((figure, index) => {
      const [name, valTop1, testTop1, ...costs] = rows[index]!;
      expect(costs, name).toEqual([
        String(figure.millionMultiplyAdds),
        figure.megabytes.toFixed(2),
        figure.compressedMegabytes.toFixed(2),
        ...[figure.onnx, figure.wasm].flatMap(({ photoMs, loadMs }) => [photoMs.toFixed(1), String(loadMs)]),
      ]);
      expect(name!.replace(' ', '/')).toBe(figure.bundle);
      expect([valTop1, testTop1], name).toEqual(ofSplits(figure.bundle, ({ top1 }) => `${percent(top1.share)} %`));
    });
  });

  it('says the same of the student and the default', () => {
    const rows = rowsOf(page, 'The student');
    for (const [row, bundle] of [
      [rows[0]!, served],
      [rows[1]!, newestOf('mushroom-student')],
    ] as const) {
      const figure = measuredOf(bundle)!;
      expect(row.slice(1)).toEqual([
        String(figure.millionMultiplyAdds),
        ...ofSplits(bundle, ({ top1, top3 }) => top1And3(top1.share, top3.share)),
        `${figure.megabytes.toFixed(2)} MB`,
      ]);
    }
    const costs = [student.field, test].map(({ verdicts }) => verdicts.pipeline.costAPhoto.toFixed(2));
    expect(prose).toContain(`A photo costs ${costs[0]} ([decision.md](decision.md)), with the default ${costs[1]}.`);
    const { count, of } = student.field.verdicts.pipeline.dangerousCalledHarmless;
    expect(count).toBe(0);
    expect(prose).toContain(`None of the ${of} dangerous mushrooms of the test is called harmless`);
  });

  it('says why the default is the default', () => {
    const [large, small] = [served, newestOf('mushroom-student')].map(measuredOf);
    expect(prose).toContain(`cores answers ${whole(onnx.oneMegapixel.eightClientsPerSecond)} of them per second`);
    expect(prose).toContain(
      `${whole(large!.onnx.photoMs)} ms or ${whole(small!.onnx.photoMs)} ms of computing is nothing`,
    );
    expect(prose).toContain(
      `${short(small!.megabytes)} MB instead of ${short(large!.megabytes)}, and less than a quarter of the time ` +
        `(${short(small!.wasm.photoMs)} ms instead of ${short(large!.wasm.photoMs)} on one core)`,
    );
    expect(large!.wasm.photoMs / small!.wasm.photoMs).toBeGreaterThan(4);
  });
});

describe('docs/containers.md', () => {
  it('has the sizes of the images', () => {
    const rows = rowsOf('docs/containers.md', 'The images');
    expect(rows.slice(-figures.images.rows.length)).toEqual(
      figures.images.rows.map(({ image, aboveBaseMb }) => [image, `${aboveBaseMb} MB`]),
    );
    const [serviceImage, nativeImage] = figures.images.rows;
    expect(proseOf('docs/containers.md')).toContain('adds a quarter as much to the base image');
    expect(nativeImage!.aboveBaseMb / serviceImage!.aboveBaseMb).toBeCloseTo(4, 0);
  });
});

describe('docs/on-device.md', () => {
  it('says how long a photo takes, and how often device and service agree', () => {
    const prose = proseOf('docs/on-device.md');
    expect(prose).toContain(`a photo of 1024 pixels takes ${figures.device.photoMs} ms`);
    const { photos, equal, largestDifference } = figures.agreement;
    const difference = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 1 }).format(largestDifference);
    expect(prose).toContain(`Of ${photos} photos, ${equal} are; no score differs by more than ${difference}.`);
  });
});

describe('docs/how-the-model-was-made.md', () => {
  it('has the accuracy of the bundles that are in the registry', () => {
    const prose = readDocument('docs/how-the-model-was-made.md');
    for (const bundle of ['mushroom-classifier/3', 'mushroom-student/1']) {
      const cells = Object.values(evaluationOf(bundle).splits).map(
        ({ top1, top3 }) => `${top1And3(top1.share, top3.share)} %`,
      );
      for (const cell of cells) expect(prose, bundle).toContain(cell);
    }
  });

  it('has the accuracy of versions 1 and 2, and what a larger network gave', () => {
    const rows = tableRowsOf(readDocument('docs/how-the-model-was-made.md')).map((row) => row.slice(1));
    for (const version of [1, 2]) {
      const { valTop1, valTop3, fieldTop1, fieldTop3 } = recordOf(`2026-11-classifier-${version}`).figures;
      const cells = [top1And3(valTop1, valTop3), top1And3(fieldTop1, fieldTop3)].map((cell) => `${cell} %`);
      expect(rows[version - 1]).toEqual(cells);
    }
    const before = recordOf('2026-11-classifier-2').figures;
    expect(proseOf('docs/how-the-model-was-made.md')).toContain('gave 3 points on the test in 10 epochs instead of 18');
    expect(100 * (test.top1.share - before.fieldTop1)).toBeCloseTo(3, 0);
  });
});

describe('docs/training.md', () => {
  const prose = proseOf('docs/training.md');

  it('says how many photos the sets have', () => {
    const cells = Object.fromEntries(rowsOf('docs/training.md', 'The sets').map(([set, photos]) => [set, photos]));
    expect(cells).toMatchObject({
      train: whole(recordOf('2026-11-classifier-3').trainingData.photos),
      val: `${whole(val.photos.total)}; ${whole(val.photos.ofKnownSpecies)} of species the model has`,
      'test (other sources)': `${whole(test.photos.total)}; ${test.photos.ofKnownSpecies} of species the model has`,
    });
  });

  it('says how right a frozen network is, how long training took, and how large the graph is', () => {
    const { valTop1, fieldTop1 } = recordOf('2026-11-classifier-1').figures;
    expect(prose).toContain(
      `is right for ${percent(valTop1)} % of \`val\`'s photos of known species and ${percent(fieldTop1)} % of the test's`,
    );
    const minutes = Math.round(recordOf('2026-11-classifier-3').seconds / 60);
    expect(prose).toContain(`Version 3 took ${minutes} minutes on two cores`);
    expect(prose).toContain(`stored as float16 (${megabytesOf(served).toFixed(2)} MB with the graph)`);
  });
});

describe('docs/segmentation.md', () => {
  const page = 'docs/segmentation.md';
  const { evaluation, files } = outlineFacts();

  it('says how well outlines fit', () => {
    const { photos, meanIou, interval, medianIou, histogram } = evaluation;
    expect(proseOf(page)).toContain(
      `Mean IoU **${meanIou.toFixed(3)}** (95 %: ${interval.map((bound) => bound.toFixed(3)).join('–')}, ` +
        `bootstrap over photos), median ${medianIou.toFixed(3)}, on the ${photos} photos`,
    );
    expect(rowsOf(page, 'How well it fits').map(([, count]) => Number(count))).toEqual(histogram);
  });

  it('says how many masks are right', () => {
    const masks = readDocument('models/data/segmentation-masks.csv').trimEnd().split('\n').slice(1);
    const rows = rowsOf(page, 'Masks that are wrong');
    expect(rows.map(([verdict, count]) => [verdict, Number(count)])).toEqual(
      ['right', 'partial', 'wrong'].map((verdict) => [
        verdict,
        masks.filter((row) => row.split(',')[1] === verdict).length,
      ]),
    );
    expect(proseOf(page)).toContain(`all ${masks.length} of them`);
  });

  it('says how large the model is', () => {
    const megabytes = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    expect(proseOf(page)).toContain(`golden outputs; float16, ${short(megabytes)} MB`);
  });
});

describe('CHANGELOG.md', () => {
  it('says of what is not released yet how large and how wrong it is', () => {
    const unreleased = sectionOf('CHANGELOG.md', 'Unreleased').replaceAll(/\s+/g, ' ');
    const { count, of } = test.verdicts.pipeline.dangerousCalledHarmless;
    expect(unreleased).toContain(`${count} of ${of} dangerous mushrooms of the test called harmless`);
    expect(unreleased).toContain(`take ${wasm.memoryMb} MB`);
    expect(unreleased).toContain(
      `of ${megabytesOf(newestOf('mushroom-student')).toFixed(2)} MB and more than twice as fast`,
    );
    for (const backend of ['onnx', 'wasm']) {
      const [large, small] = ['default', 'student'].map((model) => speed(model, backend).oneMegapixel);
      expect(small!.eightClientsPerSecond / large!.eightClientsPerSecond).toBeGreaterThan(2);
    }
  });
});

/** Limits and estimates, which no command measures. */
const NOT_MEASURED: Record<string, string[]> = {
  'docs/containers.md': ['60 MB'],
  'docs/data-at-scale.md': ['500 MB'],
  'docs/open-inference-protocol.md': ['20 MB'],
  'k8s/components/gateway/README.md': ['12 MB'],
};

describe('a figure in megabytes, milliseconds or per second', () => {
  const outlineBytes = Object.values(outlineFacts().files).reduce((sum, { bytes }) => sum + bytes, 0);
  const known = new Set(
    [
      ...amountsIn(figures),
      // Of one core.
      ...figures.service.rows.map((row) => ({
        value: row.oneMegapixel.eightClientsPerSecond / figures.service.cores,
        unit: 'per second',
      })),
      { value: outlineBytes / 1e6, unit: 'MB' },
    ].flatMap(({ value, unit }) =>
      [short(value), whole(value), String(value), value.toFixed(2)].map((number) => `${number} ${unit}`),
    ),
  );
  const components = readdirSync(path.join(repository, 'k8s/components')).map(
    (component) => `k8s/components/${component}/README.md`,
  );

  // What was measured once is on a page of research, with its date.
  it.each([...pages.filter((page) => !page.startsWith('docs/research/')), 'ansible/README.md', ...components])(
    'of %s is in figures.json',
    (page) => {
      const stated = [
        ...proseOf(page).matchAll(/(?:([\d.,]*\d) → )?(?<![\d.])([\d.,]*\d) (MB|ms|per second)\b/g),
      ].flatMap(([, before, value, unit]) => [before, value].filter(Boolean).map((number) => `${number} ${unit}`));
      expect(stated.filter((amount) => !known.has(amount) && !NOT_MEASURED[page]?.includes(amount))).toEqual([]);
    },
  );
});

describe('a page of research', () => {
  it.each(pages.filter((page) => page.startsWith('docs/research/')))('%s says when it was measured', (page) => {
    expect(readDocument(page).split('\n')[2]).toMatch(/^20\d\d-\d\d-\d\d/);
  });
});
