import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { JUDGED_SPLITS, nameOf } from '../data/manifest.ts';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import type { Evaluation, SplitEvaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { FIGURE_ROWS, megabytes, percent, splitsOf, VERDICT_ROWS, withInterval } from './figure-rows.ts';

/** What a card tells of a bundle: all of it but what is known only once the card is written. */
export type BundleFacts = Omit<Bundle, 'schemaVersion' | 'files'>;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const MOST_IMPORTANT = 'dangerous species given a harmless verdict';
const NO_PHOTOS = 'The data has no photos of this split.';

function figuresTable({ splits: { val, field: test } }: Evaluation): string {
  const cell = (split: SplitEvaluation | null, show: (split: SplitEvaluation) => string) => (split ? show(split) : '–');
  return table(
    ['', 'val', 'test'],
    FIGURE_ROWS.map(([name, show]) => [name, cell(val, show), cell(test, show)]),
  );
}

function verdictTable(split: SplitEvaluation | null): string {
  if (!split) return NO_PHOTOS;
  const { pipeline, argmax } = split.verdicts;
  return table(
    ['', 'this model', 'believing the best class'],
    VERDICT_ROWS.map(([name, show]) => [name === MOST_IMPORTANT ? `**${name}**` : name, show(pipeline), show(argmax)]),
  );
}

function costTable(split: SplitEvaluation | null): string {
  if (!split?.costCurve) return NO_PHOTOS;
  return table(
    ['cost of "harmless" said of a dangerous one', 'dangerous called harmless', 'harmless called so', 'cost a photo'],
    split.costCurve.map((point) => [
      String(point.dangerousCalledHarmlessCost),
      percent(point.dangerousCalledHarmless),
      percent(point.harmlessCalledHarmless),
      point.costAPhoto?.toFixed(2) ?? '–',
    ]),
  );
}

function dangerousTable(split: SplitEvaluation | null): string {
  if (!split) return NO_PHOTOS;
  if (split.dangerousSpecies.length === 0) return 'None of its species is dangerous.';
  return table(
    ['species', 'toxicity', 'has a class', 'photos', 'named first', 'warned of'],
    split.dangerousSpecies.map(({ taxon, commonName, toxicity, known, top1, warned }) => [
      `*${taxon}*${commonName ? ` (${commonName})` : ''}`,
      toxicity,
      known ? 'yes' : 'no',
      String(warned.of),
      known ? percent(top1.share) : '–',
      percent(warned.share),
    ]),
  );
}

function sourcesTable(evaluation: Evaluation): string {
  const rows = splitsOf(evaluation).flatMap(({ name, figures: { sources } }) =>
    Object.entries(sources).map(([source, figures]) => [
      source,
      name,
      String(figures.photos.total),
      withInterval(figures.top1),
      withInterval(figures.verdicts.pipeline.dangerousCalledHarmless),
    ]),
  );
  return table(['source', 'split', 'photos', 'top-1, known species', 'dangerous given a harmless verdict'], rows);
}

function compressionSection({ compression, splits }: Evaluation, name: string): string {
  if (!compression) return '';
  const { weights, bytes, compressedBytes, bytesBefore, agreement, beside, multiplyAdds } = compression;
  const rows = JUDGED_SPLITS.flatMap((split) => {
    const figures = agreement[split];
    if (!figures) return [];
    return [[nameOf(split), ...[figures.top1Before, figures.top1Now, figures.sameBest].map(withInterval)]];
  });
  const own = {
    name: `**${name}**`,
    multiplyAdds,
    bytes,
    valTop1: splits.val?.top1.share ?? null,
    fieldTop1: splits.field?.top1.share ?? null,
  };
  return `
### Smaller
${
  weights === 'int8'
    ? 'All of it is in whole numbers: weights of int8, activations of uint8. It gives the same answer on every processor, to the last bit.'
    : `Its weights are kept as ${weights}.`
} It takes ${megabytes(bytes)} to download in place of ${megabytes(bytesBefore)}, compressed ${megabytes(compressedBytes)}.

${table(['', 'top-1 before', 'top-1 now', 'same best class'], rows)}

${table(
  ['', 'million multiply-adds', 'to download', 'top-1, val', 'top-1, test'],
  [own, ...beside].map((row) => [
    row.name,
    (row.multiplyAdds / 1e6).toFixed(0),
    megabytes(row.bytes),
    percent(row.valTop1),
    percent(row.fieldTop1),
  ]),
)}
`;
}

function occlusionSection({ occlusion }: Evaluation): string {
  if (!occlusion) return '';
  const { split, tried, hiddenShare, randomPlaces, hotCostsMore, meanDrop } = occlusion;
  return `
### Where it looks
Of ${tried} photos of \`${nameOf(split)}\`, ${hotCostsMore.of} were answered rightly. Hiding the hottest ${percent(hiddenShare)} of the photo costs the score
more than hiding a region of the same shape at ${randomPlaces} random places does on average: ${withInterval(hotCostsMore)}. On average the score
falls by ${percent(meanDrop.hot)} and by ${percent(meanDrop.random)}.
`;
}

/**
 * The card of a model as Markdown, in the sections of Mitchell et al. 2019 (doi 10.1145/3287560.3287596): what it is
 * for and not for, what it was made from, how it does and for whom, and where it ends.
 */
export function modelCard(facts: BundleFacts, evaluation: Evaluation): string {
  const { provenance, thresholds, costs, input } = facts;
  const { leaves: classes } = evaluation;
  return `# ${facts.name}, version ${facts.version}

Made on ${facts.created.slice(0, 10)}. It names mushrooms on photos and says how dangerous they may be. **It can be wrong, and no
answer of it is a reason to eat anything.**

## The model
- Input: ${input.size} × ${input.size} RGB pixels (\`${input.fit}\`). Output: a score for each of ${facts.labels.length} classes: ${classes.species} species, ${classes.otherInGenus} "another species of
  this genus"${classes.notAMushroom > 0 ? ', and "not a mushroom"' : ''}.
- Network: \`${provenance.backbone}\`, pretrained on ImageNet, and a linear classifier. Labels of mixed rank were learnt by marginal
  likelihood: a photo labelled with a genus is evidence for the sum of its species.
- Scores are divided by a temperature of ${facts.temperature.toFixed(3)} (Guo et al. 2017). A species is named from a score of ${thresholds.species.toFixed(3)}, a genus from
  ${thresholds.genus.toFixed(3)}; a score below ${thresholds.mushroom.toFixed(3)} on all mushrooms together is "not a mushroom". All four were chosen
  on \`val\` and on photos of sources that were kept out of training; the test had no part in them.
- The verdict is the one of least expected cost over all classes: a dangerous mushroom called harmless costs
  ${costs.dangerousCalledHarmless}, a harmless one called dangerous ${costs.harmlessCalledDangerous}, "unknown" ${costs.dangerousCalledUnknown} for a dangerous and ${costs.harmlessCalledUnknown} for a harmless one.
- Verdicts: ${VERDICTS.map((verdict) => `\`${verdict}\``).join(', ')}. The lowest means "not known to be poisonous, unverified".

## What it is for
- Learning: a first guess at what a mushroom may be, what it may be confused with, and what to look at next.
- Teaching how such a model is made, judged and served.

## What it is not for
- **Deciding whether to eat a mushroom.** Deadly species can't be told from others on many photos, whoever looks at them.
- Diagnosis or treatment after somebody ate one: call poison help, and keep the specimen for a mycologist.
- Species that it has no class for: of these it can say a genus or "I don't know" at best.

## Data
- Trained on ${provenance.trainingData.photos} photos with ${provenance.trainingData.labels} labels (manifest \`${provenance.trainingData.sha256.slice(0, 12)}\`).
- Rights: only the photos in \`models/data/licensed/\` are part of the project, each with its author, licence and source page in
  \`models/data/licensed.csv\`. The others may be learnt from but not passed on; none of them is in this bundle.
- The weights derive from \`${provenance.backbone}\`, which its authors published under Apache-2.0.
- What is said of a species (toxicity, look-alikes) comes from \`models/data/species.csv\` and the sources named there, never from the model.

## How well it does
${evaluation.method}

Shares are given with their 95 % interval and what was counted.

${figuresTable(evaluation)}

### Verdicts, val
${verdictTable(evaluation.splits.val)}

### Verdicts, test
${verdictTable(evaluation.splits.field)}

### What caution costs, test
The verdicts as they would be if calling a dangerous mushroom harmless cost more or less; the cost a photo is at the served ${costs.dangerousCalledHarmless} : ${costs.harmlessCalledDangerous}.

${costTable(evaluation.splits.field)}

### Dangerous species, test
"Named first": the species has the best score. "Warned of": the verdict is dangerous, or "unknown, do not eat".

${dangerousTable(evaluation.splits.field)}

### Dangerous species, val
${dangerousTable(evaluation.splits.val)}

### By source
${sourcesTable(evaluation)}
${compressionSection(evaluation, `${facts.name}/${facts.version}`)}${occlusionSection(evaluation)}
## Where it ends
- Photos from sources that it has not seen are harder for it: compare the test with \`val\` before believing any figure.
- Scores are calibrated for the species that it has, on photos like those of \`val\`. For anything else they promise too much.
- A genus of which the species table knows little can't be judged well, whatever the score.
- Photos labelled by strangers are wrong now and then, in training and here; so is the share that counts as an error.
- Smell, spore print, flesh that changes colour and the base in the soil tell species apart, and no photo of a cap shows them.
- It knows the species that its sources photographed; in other regions other species grow, and dangerous ones among them.

## How to make it again
\`\`\`
npm run train -w models -- --data <folder or CSV> --seed ${provenance.seed} --recipe <file> …
npm run evaluate -w models -- --bundle <this folder> --data <the same>
\`\`\`
Recipe, teachers and every other choice of the run are in its record under \`models/experiments\`.
Code revision \`${provenance.codeRevision}\`. \`evaluation.json\` has every figure, \`plots/\` the pictures.
`;
}
