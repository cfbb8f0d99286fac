import path from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { meanNegativeLogLikelihood } from '../calibrate/calibration.ts';
import { COSTS } from '../calibrate/costs.ts';
import { decisionModelOf } from '../calibrate/decision-model.ts';
import { namesByCommonness } from '../evaluate/commonness.ts';
import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import { evaluateSet } from '../evaluate/evaluation.ts';
import type { SplitEvaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { jsonText, requireWritable, writeWhole } from '../data/write-whole.ts';
import { startFrom } from '../fit/fine-tune.ts';
import { judgedPhotos } from '../fit/judged-photos.ts';
import { readRecipe } from '../fit/recipe.ts';
import { taughtHead, VIEWS_TO_TEACH } from '../fit/taught-head.ts';
import { readTrainingData, type TrainingData } from '../fit/training-data.ts';
import { blendInto, weightsOf } from '../fit/weight-blend.ts';
import { loadBackbone, sha256OfWeights, type Backbone } from '../network/backbone.ts';
import { group as groupBy } from 'd3-array';
import { backboneOption, checkpointsOption, filePath, skipUnreadableOption } from '../terminal/options.ts';

/** Reads an option's value as numbers with commas between them. */
function numbers(lowest: number, highest: number): (given: string) => number[] {
  return (given) => {
    const list = given.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)));
    if (list.every((number) => number >= lowest && number <= highest)) return list;
    throw new InvalidArgumentError(`It takes numbers from ${lowest} to ${highest}, with commas between them.`);
  };
}

/** `blend`: measures how far a fine-tuned network should be taken back to its pretrained weights. */
export const blendCommand = () =>
  new Command('blend')
    .description(
      'Measures how far a fine-tuned network should be taken back to its pretrained weights, and at which size of photo ' +
        'it should be served: by val and by the photos of other sources that are kept to tune on. The test is not looked at.',
    )
    .requiredOption('--data <path>', 'as in training', filePath)
    .option('--cleaning <file>', 'as in training (default: none)', filePath)
    .addOption(skipUnreadableOption())
    .addOption(backboneOption('as in training'))
    .addOption(checkpointsOption('of the run'))
    .addOption(
      new Option('--alpha <list>', 'shares of the pretrained weights to try, 0 to 1 (interpolation alpha)')
        .argParser(numbers(0, 1))
        .default([0, 0.15, 0.3], '0,0.15,0.3'),
    )
    .addOption(new Option('--sizes <list>', 'pixels a side, to try').argParser(numbers(32, 512)).default([224], '224'))
    .option(
      '--recipe <file>',
      'train the head again on each, as its `head` says (default: the head that fine-tuning left)',
      filePath,
    )
    .option('--out <file>', 'write what was measured there, as JSON', filePath)
    .action(async (options) => {
      const recipe = options.recipe === undefined ? undefined : await readRecipe(options.recipe);
      if (recipe && !recipe.head) throw new Error(`${options.recipe} says nothing of the head`);
      if (options.out) requireWritable(path.dirname(options.out));
      await startBackend('auto');
      const backbone = await loadBackbone(options.backbone);
      const { data: photos, cleaning, skipUnreadable } = options;
      const data = await readTrainingData({ data: photos, cleaning, skipUnreadable, seed: 1, minPhotos: 10 });
      const pretrained = weightsOf(backbone);
      const measured = [];
      for (const alpha of options.alpha) {
        const tunedHead = await startFrom(options.checkpoints, backbone, data.space.labels.length);
        blendInto(backbone, pretrained, alpha);
        const blended: Backbone = { ...backbone, weightsSha256: sha256OfWeights(backbone) };
        for (const size of options.sizes) {
          const spec: InputSpec = { size, fit: 'stretch' };
          const taught =
            recipe?.head &&
            (await taughtHead(blended, data, { spec, views: VIEWS_TO_TEACH, options: { ...recipe.head, seed: 1 } }));
          const network = { backbone: blended, head: taught?.head ?? tunedHead };
          const val = await judgedPhotos(data, 'val', network, spec);
          const tune = await judgedPhotos(data, 'tune', network, spec);
          const figures = figuresOf(data, val, tune);
          measured.push({ share: alpha, size, ...figures });
          console.log(`alpha ${alpha}, ${size} px: ${JSON.stringify(figures)}`);
        }
      }

      if (options.out) await writeWhole(options.out, jsonText(measured));
    });

/** Training photos of a species: from as many on it is rare, middling, common. */
const COMMONNESS = [0, 20, 60];

/** How a network does by `val` and `tune`, each with the temperature and thresholds of both. */
function figuresOf({ space, table, taught }: TrainingData, val: EvaluatedPhoto[], tune: EvaluatedPhoto[]) {
  const photosOfSpecies = groupBy(taught, ({ label }) => table.find(label)?.name ?? label);
  const known = tune.filter(({ knownSpecies }) => knownSpecies);
  const model = decisionModelOf(space.labels, COSTS, table, val, tune);
  const { temperature } = model;
  const commonness = (photos: readonly EvaluatedPhoto[]) =>
    namesByCommonness(
      photos,
      space.labels,
      temperature,
      (species) => photosOfSpecies.get(species)?.length ?? 0,
      COMMONNESS,
    );
  const of = (split: SplitEvaluation) => ({
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
      tune: meanNegativeLogLikelihood(known, temperature),
    },
    val: { ...of(evaluateSet(val, model, table)!), byCommonness: commonness(val) },
    tune: { ...of(evaluateSet(tune, model, table)!), byCommonness: commonness(tune) },
  };
}
