import { join } from 'node:path';
import { captureYears } from '@face-sets/face-embed';
import {
  CACHE_FILE,
  type DriftingCache,
  type DriftingIdentity,
  driftingFinder,
  driftingPhotos,
  tempDir,
  tree,
} from '@face-sets/testing';
import { composeRefineManifest, exportSwap, type FacesetErasInput } from '../../src/index.js';

/** The trees but for what changes can be taken back with. */
export const treeOf = (out: string) =>
  Object.fromEntries(Object.entries(tree(out)).filter(([path]) => !path.startsWith('.face-sets-undo')));

/** An output with a faceset that is to be split, and what it was made from. */
export interface Fixture {
  root: string;
  out: string;
  identity: DriftingIdentity;
  cache: DriftingCache;
  /** Photos opened for dates so far. */
  photosRead: number;
  run: (more?: Partial<FacesetErasInput>) => FacesetErasInput;
}

/** A faceset of the person in the third era, one of strangers, and everything else in the cache only. */
export async function fixture(identity: DriftingIdentity): Promise<Fixture> {
  const root = tempDir('eras');
  const out = join(root, 'swap');
  const cache = await driftingPhotos(join(root, 'photos'), identity);
  const finder = driftingFinder(identity);
  const options = { outSize: 32, duplicateThreshold: 0, outlierThreshold: 0.9, topN: 5, verifySizes: [320] };
  const rows = identity.faces.map((_, row) => row);
  const seed = rows.filter((row) => identity.faces[row].kind === 'usual' && identity.faces[row].era === 2);
  const strangers = rows.filter((row) => identity.faces[row].kind === 'stranger');
  const asFaces = (some: number[]) => some.map((row) => ({ row, distance: 0.1 }));
  const { manifest, sha256 } = composeRefineManifest({
    cache,
    cacheFile: CACHE_FILE,
    options: {},
    facesets: [
      { id: 'faceset_001', label: 'Anna', faces: asFaces(seed.slice(0, 40)) },
      { id: 'faceset_002', faces: asFaces(strangers.slice(0, 4)) },
    ],
    rejected: [],
  });
  const refineFile = { path: '/r/refine_manifest.json', sha256 };
  await exportSwap({ cache, cacheFile: CACHE_FILE, refine: manifest, refineFile, out, finder, options });
  const made: Fixture = {
    root,
    out,
    identity,
    cache,
    photosRead: 0,
    run: (more = {}) => ({
      cache,
      cacheFile: CACHE_FILE,
      out,
      facesetId: 'faceset_001',
      finder,
      options,
      readYears: async (images) => {
        const { years, photosRead } = await captureYears(join(root, 'faces.npz'), images as never);
        made.photosRead += photosRead;
        return years;
      },
      ...more,
    }),
  };
  return made;
}
