import { checkFiles, readJson } from '../bundle/bundle-reader.ts';
import { outlineBundleSchema, type OutlineBundle } from './outline-model.schema.ts';

// Apart from the model: the HTTP process opens its bundle too, and TensorFlow.js would cost it 25 MB for nothing.

export interface OpenOutlineBundle {
  directory: string;
  bundle: OutlineBundle;
}

/**
 * Opens the directory of an outline model, and checks every file against its checksum.
 * @throws BundleError where outline.json is missing or malformed, or a file is missing or differs.
 */
export async function openOutlineBundle(directory: string): Promise<OpenOutlineBundle> {
  const bundle = await readJson(directory, 'outline.json', (json) => outlineBundleSchema.parse(json));
  await checkFiles(directory, bundle.files, 'outline.json');
  return { directory, bundle };
}
