import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MANIFEST_NAMES, ManifestError, readManifest } from '@face-sets/manifests';
import { THIN_FOLDER } from './faceset-folders.js';

/**
 * The faceset in a folder, and the output that it belongs to.
 *
 * @param folder Of a faceset or era directly in an output of `exportSwap` or in its `_thin/`.
 * @throws ManifestError when it is none.
 */
export async function facesetAt(folder: string): Promise<{ out: string; id: string }> {
  const path = resolve(folder);
  const manifest = join(path, MANIFEST_NAMES['swap-faceset']);
  const kind = await readFile(manifest, 'utf8').then(
    (text) => kindOf(text),
    () => undefined,
  );
  if (kind === 'export-swap') {
    throw new ManifestError(`${folder} is a whole output: expected the folder of one of its facesets`);
  }
  const { id } = await readManifest(manifest, 'swap-faceset');
  const parent = dirname(path);
  const out = basename(parent) === THIN_FOLDER ? dirname(parent) : parent;
  await readManifest(join(out, MANIFEST_NAMES['export-swap']), 'export-swap');
  return { out, id };
}

function kindOf(text: string): unknown {
  try {
    return JSON.parse(text)?.kind;
  } catch {
    return undefined;
  }
}
