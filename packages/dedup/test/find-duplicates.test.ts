import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jsSimilarity, wasmSimilarity } from '@face-sets/cluster';
import { describe, expect, it } from 'vitest';
import { duplicatePairs, type FindDuplicatesInput } from '../src/index.js';
import { album, DIM, draw } from './album.js';

describe('findDuplicates', () => {
  it('decodes only photos that may be copies by what the cache knows', async () => {
    const { find, decoded } = album([
      { name: 'a', scene: 1 },
      { name: 'a-small', scene: 1, width: 200, height: 150 },
      { name: 'other-shape', scene: 1, width: 300, height: 300 },
      { name: 'other-place', scene: 1, left: 0.5 },
      { name: 'other-person', scene: 1, angle: 80 },
    ]);
    const { groups, manifest } = await find();
    expect(groups).toEqual([['a', 'a-small']]);
    expect([...new Set(decoded)].sort()).toEqual(['a', 'a-small']);
    expect(duplicatePairs(manifest)).toEqual([[0, 1]]);
  });

  it('tells copies from other pictures of the same person in the same place', async () => {
    const { find } = album([
      { name: 'a', scene: 2 },
      { name: 'another', scene: 3 },
      { name: 'next-shot', scene: 2, change: 0.35 },
      { name: 'edited', scene: 2, change: 0.08 },
    ]);
    expect((await find()).groups.map((group) => group.sort())).toEqual([['a', 'edited']]);
  });

  it('finds mirrored copies where it is asked to, and says that they are', async () => {
    const { find } = album([
      { name: 'a', scene: 4 },
      { name: 'mirror', scene: 4, mirrored: true, left: 0.5 },
    ]);
    expect((await find()).groups).toEqual([]);
    const { manifest } = await find({ mirrored: true });
    expect(manifest.near_duplicates[0].copies[0]).toMatchObject({ mirrored: true });
  });

  it('does not chain: a copy of a copy that is none of the best forms a group of its own', async () => {
    const steps = [0, 0.09, 0.18, 0.27, 0.36];
    const { find } = album(
      steps.map((change, i) => ({
        name: `step-${i}`,
        scene: 5,
        change,
        width: 400 - 40 * i,
        height: 300 - 30 * i,
      })),
    );
    const { manifest, groups } = await find();
    expect(groups.length).toBeGreaterThan(1);
    expect(groups[0][0]).toBe('step-0');
    expect(groups[0]).not.toContain('step-4');
    for (const { copies } of manifest.near_duplicates) {
      for (const { correlation, hash_distance } of copies) {
        expect(correlation).toBeGreaterThanOrEqual(0.95);
        expect(hash_distance).toBeLessThanOrEqual(10);
      }
    }
    const named = groups.flat();
    expect(new Set(named).size).toBe(named.length);
  });

  it.each([
    ['largest', [{ width: 800, height: 600 }, {}], 0, /^the largest \(800×600\)$/, 'smaller'],
    [
      'sharper',
      [{ blur: 50 }, { blur: 200 }],
      1,
      /as large as any \(400×300\), and the sharpest/,
      'less-sharp',
    ],
    [
      'least compressed',
      [{ bytes: 500 }, { bytes: 2000 }],
      1,
      /the least compressed \(2 kB\)/,
      'more-compressed',
    ],
    ['first by path', [{}, {}], 0, /as good as the others, and the first by path/, 'as-good'],
    [
      'not enlarged',
      [{ width: 1200, height: 900, blur: 5 }, { blur: 150 }],
      1,
      /^the largest \(400×300\) that is not merely enlarged/,
      'less-detail',
    ],
  ] as const)('takes the %s copy for the best, and says why', async (_, changes, best, why, code) => {
    const { find } = album(changes.map((change, i) => ({ name: `copy-${i}`, scene: 6, ...change })));
    const { manifest } = await find();
    const [group] = manifest.near_duplicates;
    expect(basename(group.best.source)).toBe(`copy-${best}`);
    expect(group.why).toMatch(why);
    expect(group.copies.map(({ reason }) => reason.code)).toEqual([code]);
  });

  it('gives the same manifest whatever the backend and the number of photos in work', async () => {
    const { find } = album(
      Array.from({ length: 24 }, (_, i) => ({
        name: `p-${i}`,
        scene: 20 + (i % 7),
        width: 160 - 8 * (i % 3),
        height: 120 - 6 * (i % 3),
        angle: 12 * (i % 7),
      })),
    );
    const { manifest, groups } = await find();
    expect(groups.length).toBe(7);
    const others: Partial<FindDuplicatesInput>[] = [
      { similarity: jsSimilarity, concurrency: 1 },
      { similarity: wasmSimilarity({ threads: 2 }), concurrency: 8 },
    ];
    for (const options of others) expect((await find(options)).manifest).toEqual(manifest);
  });

  it('never calls a file a copy that has changed, is gone or cannot be read', async () => {
    const { find, dir } = album([
      { name: 'a', scene: 7, aliases: 2 },
      { name: 'b', scene: 7, width: 200, height: 150 },
      { name: 'c', scene: 7, width: 100, height: 75 },
      { name: 'd', scene: 7, width: 120, height: 90 },
    ]);
    writeFileSync(join(dir, 'b'), 'something else of another length');
    writeFileSync(join(dir, 'a-0'), readFileSync(join(dir, 'a'), 'utf8').toUpperCase());
    const { manifest, groups } = await find({
      decode: async (path) => {
        if (path.endsWith('d')) throw new Error('the file is damaged');
        return draw({ name: '', scene: 7 });
      },
    });
    expect(groups).toEqual([['a', 'c']]);
    expect(manifest.identical.map(({ copies }) => copies.map(({ source }) => basename(source)))).toEqual([
      ['a-1'],
    ]);
    const problems = manifest.problems.map(({ source, message }) => `${basename(source)}: ${message}`);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^a-0: .*has changed: its content is not the one that/);
    expect(problems[1]).toMatch(/^b: .*has changed: 32 bytes/);
    expect(problems[2]).toMatch(/^d: .*cannot be read: the file is damaged/);
  });

  it('passes over what is superseded, and asks for photos turned as their faces were found', async () => {
    const { find, decoded } = album([
      { name: 'a', scene: 8, rotation: 90 },
      { name: 'b', scene: 8, width: 200, height: 150 },
      { name: 'old', scene: 8, superseded: true, aliases: 1 },
    ]);
    const { groups, manifest } = await find();
    expect(groups).toEqual([['a', 'b']]);
    expect([...new Set(decoded)].sort()).toEqual(['a 90', 'b']);
    expect(manifest).toMatchObject({ identical: [], summary: { photos: 2, near_bytes: 100 } });
  });

  it('answers for no photos, says what an array lacks, and can be stopped', async () => {
    expect((await album([]).find()).manifest.summary).toMatchObject({ photos: 0, near_groups: 0 });
    const { find, images } = album([
      { name: 'a', scene: 9 },
      { name: 'b', scene: 9, width: 200, height: 150 },
    ]);
    const cache = { images, faceCount: 2, dim: DIM, imageIndex: Int32Array.of(0, 1) };
    await expect(find({ cache })).rejects.toThrow(/embedding was not read/);
    await expect(find({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
