// Which folder may import from which: the arrows of the architecture, held by the linter.
import path from 'node:path';

const root = import.meta.dirname;

/** What answers, in Node, a worker and the browser. */
const RECOGNITION = 'models/recognition/src';
/** How a model comes from a bucket to a service. */
const STORAGE = `${RECOGNITION}/registry/storage`;
/** What makes and judges models: imported by nothing that is served. */
const TRAINING = 'models/training/src';
/** A service's specs make buckets to take bundles from, and bundles to put there. */
const TINY_BUNDLE = `${TRAINING}/pack/testing/tiny-bundle`;
/** Reads photos' files, wherever one is decoded: code that depends on nothing else of ours. */
const PHOTO_FILE = `${RECOGNITION}/photo-file`;
/** What answers on the device: all of it but what decodes in Node, and reads files and buckets. */
const ON_DEVICE = ['taxonomy', 'preprocess', 'decision', 'explanation', 'outline', 'bundle'].map(
  (folder) => `${RECOGNITION}/${folder}`,
);

/** The rooms of training, floor by floor: each imports from its own floor and those below it, and what answers. */
const FLOORS = [
  ['terminal', 'network'],
  ['data'],
  ['evaluate'],
  ['fit', 'calibrate', 'pack'],
  ['clean'],
  ['segment', 'deliver'],
  ['cli'],
];

/** The first row whose `folder` holds the importing file counts. `types`: from there only by `import type`. */
const ARROWS = [
  { folder: PHOTO_FILE, may: [PHOTO_FILE] },
  ...ON_DEVICE.map((folder) => ({ folder, may: ON_DEVICE })),
  { folder: STORAGE, may: [STORAGE] },
  { folder: RECOGNITION, may: [RECOGNITION] },
  ...FLOORS.flatMap((floor, level) =>
    floor.map((room) => ({
      folder: `${TRAINING}/${room}`,
      may: [RECOGNITION, ...FLOORS.slice(0, level + 1).flatMap((below) => below.map((one) => `${TRAINING}/${one}`))],
    })),
  ),
  { folder: 'models/experiments', may: ['models/experiments', RECOGNITION, TRAINING] },
  { folder: 'models', may: ['models'] },
  { folder: 'api-service', may: ['api-service', RECOGNITION, TINY_BUNDLE] },
  {
    // Where the page runs the model itself: by the code that the service runs it by, and apart from what is shown.
    folder: 'frontend/src/on-device',
    may: [
      ...['on-device', 'api', 'design', 'drawing', 'language'].map((folder) => `frontend/src/${folder}`),
      ...ON_DEVICE,
      'models/data/species.csv?url',
    ],
    types: ['api-service/src'],
  },
  {
    folder: 'frontend',
    // taxon.ts is names alone (a taxon's slug, the verdicts): code that depends on nothing.
    may: ['frontend', `${RECOGNITION}/taxonomy/taxon`, PHOTO_FILE],
    // A bundle's evaluation.json is served as it is: the page reads it by the types it was written with.
    types: ['api-service/src', ...ON_DEVICE],
  },
];

/** Workspaces whose package.json maps `@mushroom/<workspace>/*` to their src folder, and where they lie. */
const EXPORTING_SRC = { recognition: RECOGNITION, training: TRAINING, 'api-service': 'api-service/src' };

const withoutExtension = (file) => file.replace(/\.tsx?$/, '');

const isIn = (folders, file) =>
  folders.some((folder) => withoutExtension(file) === folder || file.startsWith(`${folder}/`));

/** @returns {string | null} the imported file from the root on, null where it is not a file of ours. */
function fileImportedAs(specifier, importer) {
  const ours = /^@mushroom\/([^/]+)(?:\/(.*))?$/.exec(specifier);
  if (ours) return path.posix.join(EXPORTING_SRC[ours[1]] ?? ours[1], ours[2] ?? '');
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
