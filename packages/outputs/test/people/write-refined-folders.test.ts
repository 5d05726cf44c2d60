import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clusterPeople, refine } from '@face-sets/cluster';
import { readManifest } from '@face-sets/manifests';
import { gateFace } from '@face-sets/quality';
import { CACHE_FILE, makeCache, tempDir, tree } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { refineOutcomes, safeDstName, writeRefinedFolders } from '../../src/index.js';

const BOX: [number, number, number, number] = [100, 80, 200, 200];

async function library() {
  const root = tempDir('refined-folders');
  const photos = Array.from({ length: 4 }, (_, i) => ({
    path: join(root, 'photos', `${i}.png`),
    faces: [{ who: 0, bbox: [BOX[0] + i, BOX[1], BOX[2] + i, BOX[3]] as typeof BOX, turn: i }],
  }));
  const cache = await makeCache([
    ...photos,
    { path: join(root, 'photos', 'blurred.png'), faces: [{ who: 0, bbox: BOX, blur: 3 }] },
    { path: join(root, 'photos', 'small.png'), faces: [{ who: 0, bbox: [10, 10, 60, 70] }] },
    { path: join(root, 'photos', 'alone.png'), faces: [{ who: 3, bbox: BOX }] },
    { path: join(root, 'photos', 'old.png'), faces: [{ who: 0, bbox: [9, 9, 130, 140] }], superseded: true },
  ]);
  const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace({
      bbox: cache.bbox!.subarray(row * 4, row * 4 + 4),
      blur: cache.blur![row],
      detScore: cache.detScore![row],
    }),
  );
  const matrix = { data: cache.embedding!, rows: cache.faceCount, cols: cache.dim };
  const { outcomes } = refine(matrix, await clusterPeople(matrix), {
    imageIndex: cache.imageIndex,
    gateReasons,
    minFaces: 3,
  });
  const out = join(root, 'out');
  const write = () =>
    writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes: refineOutcomes(outcomes, (label) => label + 1),
      out,
      options: { minFaces: 3 },
    });
  return { root, cache, out, write };
}

describe('writeRefinedFolders', () => {
  it('writes the facesets of a refine and a reason for every other face', async () => {
    const { root, out, write } = await library();
    const { manifest } = await write();
    expect(manifest.facesets).toHaveLength(1);
    expect(manifest.facesets[0]).toMatchObject({ id: 'faceset_001', unique_images: 4 });
    expect(manifest.facesets[0].faces.map((face) => face.row)).toEqual([0, 1, 2, 3]);
    expect(manifest.facesets[0].faces[0].quality).toEqual({ short_edge: 100, blur: 200 });
    expect(manifest.facesets[0].faces.every((face) => face.distance >= 0 && face.distance < 0.01)).toBe(true);
    expect(
      manifest.rejected.map((face) => [face.row, face.reason.code, face.reason.value, face.reason.limit]),
    ).toEqual([
      [4, 'blur', 3, 40],
      [5, 'short-edge', 50, 90],
      [6, 'few-images', 1, 3],
    ]);
    expect(manifest.summary.rejected_by).toEqual({ blur: 1, 'few-images': 1, 'short-edge': 1 });
    const file = `faceset_001/${safeDstName(join(root, 'photos', '0.png'))}`;
    expect(existsSync(join(out, file))).toBe(true);
    expect(await readManifest(join(out, 'refine_manifest.json'), 'refine')).toEqual(manifest);
  });

  it('changes nothing when it is run again', async () => {
    const { out, write } = await library();
    await write();
    const before = tree(out);
    expect(await write()).toMatchObject({ created: 0, unchanged: 4, removed: 0 });
    expect(tree(out)).toEqual(before);
  });
});
