import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { groupBy } from '../terminal/group-by.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import { meanNegativeLogLikelihood } from '../calibrate/calibration.ts';
import { namesByCommonness } from '../evaluate/commonness.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { evaluatePhotos } from '../evaluate/evaluation.ts';
import { loadBackbone, sha256OfWeights, type Backbone } from '../network/backbone.ts';
import { COSTS } from '../calibrate/costs.ts';
import { startFrom } from './fine-tune.ts';
import { computeFeatures, frozenFeatures } from './frozen-features.ts';
import { applyHead } from './head.ts';
import { readRecipe } from './recipe.ts';
import { taughtHead, VIEWS_TO_TEACH } from './taught-head.ts';
import { evaluatedPhotos, readTrainingData } from './training-data.ts';
import { blendInto, weightsOf } from './weight-blend.ts';
import { runCommand } from '../terminal/command.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

const HELP = `Measures how far a fine-tuned network should be taken back to its pretrained weights, and at which size of photo
it should be served: by val and by the photos of other sources that are kept to tune on. \`field\` is not looked at.

  npm run choose-blend -w models -- --data PATH [options]

  --data PATH         as in training
  --cleaning FILE     as in training
  --backbone PATH     as in training (default: models/backbones/efficientnet_lite0_224)
  --checkpoints PATH  of the run (default: models/build/checkpoints)
  --shares LIST       of the pretrained weights, to try (default: 0,0.15,0.3)
  --sizes LIST        pixels a side, to try (default: 224)
  --recipe FILE       train the head anew on each, as its \`head\` says (default: the head that fine-tuning left)
  --out FILE          write what was measured there, as JSON
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    cleaning: { type: 'string' },
    backbone: { type: 'string', default: path.join(MODELS, 'backbones/efficientnet_lite0_224') },
    checkpoints: { type: 'string', default: path.join(MODELS, 'build/checkpoints') },
    shares: { type: 'string', default: '0,0.15,0.3' },
    sizes: { type: 'string', default: '224' },
    recipe: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function numbers(flag: string, list: string, lowest: number, highest: number): number[] {
  const given = list.split(',').map(Number);
  if (given.some((number) => !(number >= lowest && number <= highest)))
    throw new Error(`--${flag} takes numbers from ${lowest} to ${highest}, with commas`);
  return given;
}

/** Training photos of a species: from as many on it is rare, middling, common. */
const COMMONNESS = [0, 20, 60];

async function chooseBlend(): Promise<void> {
  if (!values.data) throw new Error('--data is needed');
  const shares = numbers('shares', values.shares, 0, 1);
  const sizes = numbers('sizes', values.sizes, 32, 512);
  const recipe = values.recipe === undefined ? undefined : await readRecipe(invocationPath(values.recipe));
  if (recipe && !recipe.head) throw new Error(`${values.recipe} says nothing of the head`);
  await startBackend('auto');
  const cache = path.join(MODELS, 'build/cache');
  const data = await readTrainingData({
    data: invocationPath(values.data),
    cleaning: values.cleaning && invocationPath(values.cleaning),
    cache,
    seed: 1,
    minPhotos: 10,
  });
  const { shards, space, table } = data;
  const backbone = await loadBackbone(invocationPath(values.backbone));
  const pretrained = weightsOf(backbone);
  const photosOfSpecies = groupBy(data.taught, ({ label }) => table.find(label)?.name ?? label);
  const tuneOn = new Set(data.elsewhere.map(({ path: photo }) => photo));
  const measured = [];
  for (const share of shares) {
    const tunedHead = await startFrom(invocationPath(values.checkpoints), backbone, space.labels.length);
    blendInto(backbone, pretrained, share);
    const blended: Backbone = { ...backbone, weightsSha256: sha256OfWeights(backbone) };
    for (const size of sizes) {
      const spec: InputSpec = { size, fit: 'stretch' };
      const request = { backbone: blended, shards, spec, view: { kind: 'plain' } as const, cache };
      const valFeatures = await frozenFeatures({ ...request, split: 'val', count: data.val.length });
      const head = recipe?.head
        ? (
            await taughtHead(blended, data, {
              spec,
              cache,
              views: VIEWS_TO_TEACH,
              options: { ...recipe.head, seed: 1 },
            })
          ).head
        : tunedHead;
      const otherFeatures = await computeFeatures({ ...request, split: 'train', count: tuneOn.size, only: tuneOn });
      const val = evaluatedPhotos(data.val, 'val', applyHead(head, valFeatures), space);
      const elsewhere = evaluatedPhotos(data.elsewhere, 'train', applyHead(head, otherFeatures), space);
      const figures = figuresOf(val, elsewhere);
      measured.push({ share, size, ...figures });
      console.log(`share ${share}, ${size} px: ${JSON.stringify(figures)}`);
    }
  }

  function figuresOf(val: EvaluatedPhoto[], elsewhere: EvaluatedPhoto[]) {
    const known = elsewhere.filter(({ knownSpecies }) => knownSpecies);
    const model = decisionModelOf(space.labels, COSTS, table, val, elsewhere);
    const { temperature } = model;
    // The evaluation knows photos from elsewhere as `field`.
    const asField = elsewhere.map((photo) => ({ ...photo, split: 'field' as const }));
    const { splits } = evaluatePhotos([...val, ...asField], model, table);
    const commonness = (photos: readonly EvaluatedPhoto[]) =>
      namesByCommonness(
        photos,
        space.labels,
        temperature,
        (species) => photosOfSpecies.get(species)?.length ?? 0,
        COMMONNESS,
      );
    const of = (split: NonNullable<typeof splits.val>) => ({
      top1: split.top1.share,
      top3: split.top3.share,
      genus: split.knownSpecies?.genus.share,
      ece: split.calibration.knownSpecies.ece,
      identified: split.knownSpecies?.identified.share,
      rightWhenIdentified: split.knownSpecies?.rightWhenIdentified.share,
      unseenWell: (split.unseenSpecies.abstained.share ?? 0) + (split.unseenSpecies.rightGenus.share ?? 0),
      dangerousCalledHarmless: split.verdicts.pipeline.dangerousCalledHarmless.share,
      harmlessCalledHarmless: split.verdicts.pipeline.harmlessCalledHarmless.share,
      cost: split.verdicts.pipeline.costAPhoto,
      negativesRejected: split.negativesRejected.share,
      mushroomsRejected: split.decisions.notAMushroom.share,
    });
    return {
      temperature,
      loss: {
        val: meanNegativeLogLikelihood(val, temperature),
        elsewhere: meanNegativeLogLikelihood(known, temperature),
      },
      val: { ...of(splits.val!), byCommonness: commonness(val) },
      elsewhere: { ...of(splits.field!), byCommonness: commonness(elsewhere) },
    };
  }

  if (values.out) {
    const out = invocationPath(values.out);
    await mkdir(path.dirname(out), { recursive: true });
    await writeFile(out, `${JSON.stringify(measured, null, 1)}\n`);
  }
}

if (values.help) {
  console.log(HELP);
} else {
  await runCommand('choose-blend', chooseBlend);
}
