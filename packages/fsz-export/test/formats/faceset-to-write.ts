import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheWith } from '@face-sets/cache-npz';
import { drawnFaceFinder, makeCache, type PhotoOfTest, tempDir } from '@face-sets/testing';
import type { FacesetToWrite } from '../../src/index.js';

/** What a format is given of a faceset whose faces are those of drawn photos, in their order. */
export async function facesetToWrite(photos: readonly Omit<PhotoOfTest, 'path'>[]): Promise<FacesetToWrite> {
  const root = tempDir('format');
  const made = await makeCache(photos.map((photo, i) => ({ ...photo, path: join(root, `${i}.png`) })));
  const folder = join(root, 'faceset_001');
  mkdirSync(join(folder, 'faces'), { recursive: true });
  const faces = Array.from({ length: made.faceCount }, (_, row) => {
    const file = `faces/${String(row).padStart(4, '0')}.png`;
    writeFileSync(join(folder, file), `crop ${row}`);
    return { row, file };
  });
  return {
    folder,
    stem: 'Anna',
    faces,
    selections: [],
    ranks: faces.map(({ row }) => row),
    cache: cacheWith(made, 'embedding', 'bbox', 'detScore', 'blur'),
    finder: drawnFaceFinder(),
    options: { triggerWord: 'ohwx', maxCropDistance: 0.35, concurrency: 2 },
  };
}
