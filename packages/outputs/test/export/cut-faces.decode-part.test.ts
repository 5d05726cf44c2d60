import { join } from 'node:path';
import type { FaceFinder } from '@face-sets/fsz-export';
import { decodeImage } from '@face-sets/photos';
import { CACHE_FILE, drawnFaceFinder, makeCache, tempDir, tree } from '@face-sets/testing';
import { expect, it } from 'vitest';
import { exportSwap, writeRefinedFolders } from '../../src/index.js';

it('makes the same crops of parts of the photos, resampled or not, as of whole ones', async () => {
  const dir = tempDir('decode-part');
  const face = (who: number, x: number, y: number, size = 120) => ({
    who,
    bbox: [x, y, x + size, y + 1.25 * size] as [number, number, number, number],
  });
  const cache = await makeCache([
    { path: join(dir, 'middle.png'), width: 800, height: 600, faces: [face(0, 300, 200)] },
    { path: join(dir, 'edge.png'), width: 800, height: 600, faces: [face(0, 10, 200)] },
    { path: join(dir, 'large.png'), width: 1500, height: 1400, faces: [face(0, 500, 400, 400)] },
    // A neighbor that is to be left out or covered: the whole photo is needed after all.
    {
      path: join(dir, 'two.png'),
      width: 800,
      height: 600,
      faces: [face(0, 300, 200), face(1, 430, 220, 60)],
    },
  ]);
  const { manifest: refine } = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: [0, 1, 2, 3].map(() => ({ faceset: 1, distance: 0 })).concat({ faceset: 2, distance: 0 }),
    out: join(dir, 'refined'),
    options: {},
  });
  const whole: FaceFinder = drawnFaceFinder();
  const asked: (number | undefined)[] = [];
  const part: FaceFinder = {
    ...whole,
    decodePart: (path, region) => decodeImage(path, { region: () => region }),
  };
  const resampled: FaceFinder = {
    ...whole,
    decodePart: (path, region, regionSize) => {
      asked.push(regionSize);
      return decodeImage(path, { region: () => region, regionSize });
    },
  };
  const outputs = [];
  for (const [i, finder] of [whole, part, resampled].entries()) {
    const out = join(dir, `out-${i}`);
    const refineFile = { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) };
    const options = { outSize: 256, duplicateThreshold: 0, minFaces: 1 };
    await exportSwap({ cache, cacheFile: CACHE_FILE, refine, refineFile, out, finder, options });
    outputs.push(tree(out));
  }
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
  // Only what lies inside the photo is a square of it.
  expect(asked).toContain(256);
  expect(asked).toContain(undefined);
});
