import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { refine } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-refine');
const cache = join(root, 'faces.npz');

beforeAll(async () => {
  const [first, ...others] = threePeople(join(root, 'photos'));
  // Anna has one photo that is too blurry.
  const blurry = { ...first!, faces: first!.faces!.map((face) => ({ ...face, blur: 3 })) };
  await drawnCache(cache, [blurry, ...others]);
});

describe('refine', () => {
  it('writes a faceset for each person with enough good photos', async () => {
    const out = join(root, 'refined');
    const { summary, upToDate } = await refine(cache, out, { minFaces: 3 });
    expect(upToDate).toBe(false);
    expect(summary.facesets).toBe(2);
    expect(readdirSync(out).filter((name) => name.startsWith('faceset_'))).toHaveLength(2);
    expect(await refine(cache, out, { minFaces: 3 })).toMatchObject({ upToDate: true, summary });
  });

  it('says who is nearest to a faceset, and what would give more of them', async () => {
    const { hints } = await refine(cache, join(root, 'hints'), { minFaces: 3 });
    expect(hints).toMatchObject({ facesets: 2, nearest: { photos: 2, needed: 3, people: 1 } });
    expect(hints.lower).toContainEqual({ minFaces: 2, facesets: 3 });
    expect(hints.gates.length).toBeGreaterThan(0);
  });
});
