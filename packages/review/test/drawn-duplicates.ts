import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuplicatesManifest, duplicatesPath, writeManifest } from '@face-sets/manifests';
import { tempDir } from '@face-sets/testing';
import sharp from 'sharp';

/** Draws photos and the list of duplicates that has them: two near-duplicates, and two files of the same bytes. */
export async function drawDuplicates(): Promise<string> {
  const dir = tempDir('duplicates');
  const draw = async (name: string, side: number) => {
    const path = join(dir, name);
    const picture = { width: side, height: side, channels: 3 as const, background: '#39c' };
    await sharp({ create: picture }).png().toFile(path);
    const bytes = readFileSync(path);
    const photo = { sha256: createHash('sha256').update(bytes).digest('hex'), source: path, aliases: [] };
    const face = { row: 0, bbox: [1, 2, 30, 40] as [number, number, number, number], sharpness: 0.5 };
    return { ...photo, width: side, height: side, bytes: bytes.length, ...face };
  };
  const [best, small] = [await draw('large <b>.png', 200), await draw('small.png', 50)];
  const manifest: DuplicatesManifest = {
    schema_version: 1,
    kind: 'duplicates',
    cache: { path: join(dir, 'faces.npz'), sha256: '0'.repeat(64), faces: 2, images: 2 },
    options: { threshold: 0.35, mirrored: true },
    summary: {
      photos: 2,
      identical_groups: 1,
      identical_copies: 1,
      identical_bytes: small.bytes,
      near_groups: 1,
      near_copies: 1,
      near_bytes: small.bytes,
      problems: 1,
    },
    identical: [
      {
        id: 'identical_001',
        sha256: small.sha256,
        bytes: small.bytes,
        best: small.source,
        why: 'the same bytes',
        copies: [{ source: join(dir, 'gone.png'), same_file: true }],
      },
    ],
    near_duplicates: [
      {
        id: 'near_001',
        best,
        why: 'the largest (200×200)',
        copies: [
          {
            ...small,
            best_row: 0,
            mirrored: true,
            distance: 0.1,
            hash_distance: 2,
            correlation: 0.99,
            reason: { code: 'smaller', message: '50×50, the best is 200×200' },
          },
        ],
      },
    ],
    problems: [{ source: join(dir, 'lost.png'), message: 'lost.png is no longer there' }],
  };
  const path = duplicatesPath(join(dir, 'faces.npz'));
  await writeManifest(path, 'duplicates', manifest);
  return path;
}
