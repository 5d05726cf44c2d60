import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DriftingCache, driftingIdentity, firstFaces } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { extendFacesetEras, splitFacesetEras, undoLastChange } from '../../src/index.js';
import { type Fixture, fixture, treeOf } from './eras-fixture.js';

describe('extending the eras of a faceset', () => {
  let made: Fixture;
  let few: DriftingCache;

  /** A fifth of the faces is new: the last rows of the cache. */
  beforeAll(async () => {
    const all = driftingIdentity(5, { dim: 128, usual: 40 });
    const later = (row: number) => all.faces[row].era >= 0 && row % 5 === 0;
    const rows = all.faces.map((_, row) => row);
    const order = [...rows.filter((row) => !later(row)), ...rows.filter(later)];
    const identity = {
      ...all,
      faces: order.map((row) => all.faces[row]),
      embedding: Float32Array.from(
        order.flatMap((row) => [...all.embedding.subarray(row * all.dim, (row + 1) * all.dim)]),
      ),
    };
    made = await fixture(identity);
    few = firstFaces(made.cache, rows.filter((row) => !later(row)).length);
  });

  it('needs a split', async () => {
    await expect(extendFacesetEras(made.run())).rejects.toThrow(/has no eras yet: split it first/);
  });

  it('slots new faces into their eras and moves no face that is in one', async () => {
    const split = await splitFacesetEras(made.run({ cache: few }));
    const earlier = treeOf(made.out);
    const nothing = await extendFacesetEras(made.run({ cache: few }));
    expect(nothing).toMatchObject({ added: 0, exported: null });
    expect(treeOf(made.out)).toEqual(earlier);

    const { added, refine, eras, exported } = await extendFacesetEras(made.run());
    expect(added).toBeGreaterThan(40);
    const eraOf = (facesets: typeof refine.facesets) =>
      new Map(facesets.flatMap(({ id, faces }) => faces.map(({ row }) => [row, id] as const)));
    const now = eraOf(refine.facesets);
    for (const [row, id] of eraOf(split.refine.facesets)) expect(now.get(row)).toBe(id);
    expect(eras.eras.slice(0, split.eras.eras.length).map(({ centroid, year }) => [centroid, year])).toEqual(
      split.eras.eras.map(({ centroid, year }) => [centroid, year]),
    );
    const { faces } = made.identity;
    let right = 0;
    let usual = 0;
    for (let row = few.faceCount; row < made.cache.faceCount; row++) {
      if (faces[row].kind !== 'usual') continue;
      usual++;
      const others = split.refine.facesets.find(({ id }) => id === now.get(row))?.faces ?? [];
      if (others.filter((other) => faces[other.row].era === faces[row].era).length > others.length / 2)
        right++;
    }
    expect(right / usual).toBeGreaterThan(0.9);
    expect(exported?.written.length).toBeGreaterThanOrEqual(5);

    const after = treeOf(made.out);
    expect(await extendFacesetEras(made.run())).toMatchObject({ added: 0, exported: null });
    expect(treeOf(made.out)).toEqual(after);
    expect((await undoLastChange(made.out)).operation).toBe('eras extend faceset_001');
    expect(treeOf(made.out)).toEqual(earlier);
  });

  it('is not fooled by a cache of another model or by damaged files', async () => {
    const other = {
      ...made.cache,
      dim: 64,
      embedding: made.cache.embedding.slice(0, 64 * made.cache.faceCount),
    };
    await expect(extendFacesetEras(made.run({ cache: other }))).rejects.toThrow(/made with another model/);
    rmSync(join(made.out, '_eras/faceset_001/refine_manifest.json'));
    await expect(extendFacesetEras(made.run())).rejects.toThrow(/no manifest at .*_eras/);
  });
});
