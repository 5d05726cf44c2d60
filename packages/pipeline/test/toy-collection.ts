import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { embed, exportSwap, refine } from '../src/index.js';

/** Options for exports of the toy library: small crops, of which tests make many, without capture dates. */
export async function toyExport() {
  return { models: await toyModels(), outSize: 64, dates: false };
}

/** The cache of the small toy library and its three facesets, exported: made once for each file of tests. */
export async function toyCollection() {
  const root = tempDir('pipeline-collection');
  const [cache, made] = [join(root, 'faces.npz'), join(root, 'swap')];
  const options = await toyExport();
  await embed([(await toyLibrary('small')).dir], cache, options);
  await refine(cache, join(root, 'refined'), { minFaces: 3 });
  await exportSwap(cache, join(root, 'refined', 'refine_manifest.json'), made, options);
  /** A copy of the facesets, for a test to change. */
  const copy = async (name: string): Promise<string> => {
    await cp(made, join(root, name), { recursive: true, preserveTimestamps: true });
    return join(root, name);
  };
  return { cache, options, copy };
}
