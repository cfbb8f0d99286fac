import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import type { LabelSpace } from '../data/label-space.ts';
import { loadBackbone, type Backbone } from '../network/backbone.ts';
import { startTrainingBackend, type TrainingBackendChoice } from '../network/training-backend.ts';
import { UsageError } from '../terminal/command.ts';
import { HEAD_DEFAULTS, passOf, readRecipe, type HeadOptions, type Pass, type Recipe } from './recipe.ts';
import { readTrainingData, type TrainingData } from './training-data.ts';

/** What is asked of a run, its paths absolute. */
export interface RunRequest {
  data: string;
  /** Decisions of cleaning. */
  cleaning?: string;
  /** Go on without files that can't be used as photos. */
  skipUnreadable?: boolean;
  /** Folder of the backbone. */
  backbone: string;
  /** Training photos that a species needs for a class of its own. */
  minPhotos: number;
  /** Pixels a side; the backbone's own if it is not given. */
  inputSize?: number;
  fit: InputSpec['fit'];
  seed: number;
  /** Epochs of the head; what the recipe says if it is not given. */
  epochs?: number;
  /** Epochs of a pass by the defaults, instead of a recipe. */
  fineTune?: number;
  /** File of a recipe. */
  recipe?: string;
  /** Folders of bundles to learn from. */
  teacher: readonly string[];
  backend: TrainingBackendChoice;
}

/** A run with everything read that it is made from, before anything is computed. */
export interface PreparedRun {
  trainingData: TrainingData;
  /** Fine-tuning changes it in place. */
  backbone: Backbone;
  spec: InputSpec;
  seed: number;
  /** Of fine-tuning; none if the backbone stays as it is. */
  passes: (Pass & { seed: number })[];
  headOptions: HeadOptions;
  /** What the recipe says of the head, which is then trained again after fine-tuning. */
  recipeHead: Recipe['head'];
  /** Folders of bundles to learn from. */
  teachers: readonly string[];
}

/**
 * Reads the recipe, starts the backend, and reads the backbone and the data. The photos come last: everything that can
 * be wrong is found before their files are read, and all that is wrong with those before anything is computed.
 *
 * @throws UsageError if what is asked for can't be meant together.
 * @throws Error if a file can't be read, the backend can't train this, or there are too few photos.
 */
export async function prepare(request: RunRequest): Promise<PreparedRun> {
  const { data, cleaning, skipUnreadable = false, seed, minPhotos } = request;
  const recipe = await recipeOf(request);
  requireTeachersToBeMeant(recipe, request.teacher);
  const backend = await startTrainingBackend(request.backend, {
    throughConvolutions: recipe.passes.length > 0,
    otherwise: 'leave out --fine-tune and --recipe to train a head alone',
  });
  console.log(`backend: ${backend}`);
  const loaded = await loadBackbone(request.backbone);
  const teachers = await Promise.all(request.teacher.map((bundle) => openBundle(bundle)));
  const check = ({ labels }: LabelSpace) => {
    for (const { directory, bundle } of teachers)
      if (JSON.stringify(bundle.labels) !== JSON.stringify(labels))
        throw new Error(`${directory} has other classes than this data and cleaning give`);
  };
  const trainingData = await readTrainingData({ data, cleaning, skipUnreadable, seed, minPhotos, check });
  const batch = Math.max(0, ...recipe.passes.map(({ batchSize }) => batchSize));
  if (trainingData.taught.length < batch)
    throw new Error(`fine-tuning takes ${batch} photos at a time; there are ${trainingData.taught.length} to train on`);
  const size = request.inputSize ?? loaded.inputSize;
  return {
    trainingData,
    backbone: { ...loaded, inputSize: size },
    spec: { size, fit: request.fit },
    seed,
    passes: recipe.passes.map((pass) => ({ ...pass, seed })),
    headOptions: { ...HEAD_DEFAULTS, ...recipe.head, ...(request.epochs && { epochs: request.epochs }), seed },
    recipeHead: recipe.head,
    teachers: request.teacher,
  };
}

/** No pass of fine-tuning, one by the defaults, or what a recipe says. */
async function recipeOf({ recipe, fineTune }: RunRequest): Promise<Recipe> {
  if (recipe && fineTune)
    throw new UsageError('--recipe says how many epochs there are; --fine-tune has no say beside it');
  if (recipe) return readRecipe(recipe);
  return { passes: fineTune ? [passOf(fineTune)] : [] };
}

function requireTeachersToBeMeant({ passes }: Recipe, teachers: readonly string[]): void {
  const isTaught = passes.some(({ teacherShare }) => teacherShare);
  if (isTaught && teachers.length === 0) throw new UsageError('the recipe has a teacherShare: give --teacher');
  if (!isTaught && teachers.length > 0) throw new UsageError('no pass has a teacherShare for --teacher');
}
