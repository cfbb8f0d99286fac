// Which folder may import from which: the arrows of the architecture, held by the linter.
import path from 'node:path';

const root = import.meta.dirname;

/** What serves an answer, inside `models`; the rest of it makes and judges models and never runs in production. */
const SERVED_MODELS = ['taxonomy', 'preprocess', 'decision', 'explanation', 'outline', 'bundle'].map(
  (folder) => `models/src/${folder}`,
);

/** The native backend serves a SavedModel, which is written from the bundle where it runs: too big for a bundle. */
const SAVED_MODEL = ['saved-model', 'saved-model-proto'].map((file) => `models/src/packaging/${file}`);

/** How a model comes from a bucket to a service; a service's specs make buckets to come from. */
const STORAGE = 'models/src/storage';
const STORED_BUNDLE = 'models/src/delivery/stored-bundle';
const FROM_BUCKET = [STORAGE, STORED_BUNDLE, 'models/src/delivery/testing/tiny-bundle'];

const EVALUATION_TYPES = ['evaluation.schema', 'proportion'].map((file) => `models/src/evaluation/${file}`);

/** The first row whose `folder` holds the importing file counts. `types`: from there only by `import type`. */
const ARROWS = [
  ...SERVED_MODELS.map((folder) => ({ folder, may: SERVED_MODELS })),
  ...SAVED_MODEL.map((file) => ({ folder: file, may: [...SERVED_MODELS, ...SAVED_MODEL] })),
  { folder: STORAGE, may: [STORAGE] },
  { folder: STORED_BUNDLE, may: [...SERVED_MODELS, STORAGE] },
  { folder: 'models', may: ['models'] },
  { folder: 'api-service', may: ['api-service', ...SERVED_MODELS, ...SAVED_MODEL, ...FROM_BUCKET] },
  {
    // Where the page runs the model itself: by the code that the service runs it by, and apart from what is shown.
    folder: 'frontend/src/on-device',
    may: [
      ...['on-device', 'api', 'design', 'language'].map((folder) => `frontend/src/${folder}`),
      ...SERVED_MODELS,
      'models/species.csv?url',
    ],
    types: ['api-service/src'],
  },
  {
    folder: 'frontend',
    // taxon.ts is names alone (a taxon's slug, the verdicts): code that depends on nothing.
    may: ['frontend', 'models/src/taxonomy/taxon'],
    // A bundle's evaluation.json is served as it is: the page reads it by the types it was written with.
    types: ['api-service/src', ...SERVED_MODELS, ...EVALUATION_TYPES],
  },
];

/** Workspaces whose package.json maps `@mushroom/<workspace>/*` to their src folder. */
const EXPORTING_SRC = ['models', 'api-service'];

const withoutExtension = (file) => file.replace(/\.tsx?$/, '');

const isIn = (folders, file) =>
  folders.some((folder) => withoutExtension(file) === folder || file.startsWith(`${folder}/`));

/** @returns {string | null} the imported file from the root on, null where it is not a file of ours. */
function fileImportedAs(specifier, importer) {
  const ours = /^@mushroom\/([^/]+)(?:\/(.*))?$/.exec(specifier);
  if (ours) return path.posix.join(ours[1], EXPORTING_SRC.includes(ours[1]) ? 'src' : '', ours[2] ?? '');
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(importer), specifier) : null;
}

function featureOf(file) {
  return /^frontend\/src\/features\/([^/]+)\//.exec(file)?.[1];
}

/** @returns {string | null} what is wrong with the import, null where it follows the arrows. */
function objectionTo({ importer, imported, typeOnly }) {
  const arrow = ARROWS.find(({ folder }) => isIn([folder], importer));
  if (!arrow) return null;
  const types = arrow.types ?? [];
  if (!isIn([...arrow.may, ...types], imported)) {
    return `${arrow.folder} imports only from ${[...arrow.may, ...types].join(', ')}, not ${imported}.`;
  }
  if (!isIn(arrow.may, imported) && !typeOnly) {
    return `${arrow.folder} imports only types from ${imported}: write "import type".`;
  }
  const [feature, other] = [featureOf(importer), featureOf(imported)];
  if (feature && other && feature !== other) {
    return 'Features do not import each other: what two of them need moves up, beside them.';
  }
  return null;
}

const arrowsRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const importer = path.relative(root, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const imported = fileImportedAs(node.source.value, importer);
      if (imported === null) return;
      const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
      const message = objectionTo({ importer, imported, typeOnly });
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

const barrelRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const message = 'No barrel files: import from the file that has it.';
    return /^index\.tsx?$/.test(path.basename(context.filename))
      ? { Program: (node) => context.report({ node, message }) }
      : {};
  },
};

export const architecture = { rules: { arrows: arrowsRule, 'no-barrel-files': barrelRule } };
