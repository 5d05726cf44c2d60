import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { dropFaces, isPerson, refine, whyPhoto } from '../../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../../drawn-cache.js';

let root: string;
let cache: string;
let both: string;
const photo = (name: string, n: number) => join(root, 'photos', name, `${n}.png`);

beforeEach(async () => {
  root = tempDir('why');
  cache = join(root, 'faces.npz');
  both = join(root, 'photos', 'both.png');
  await drawnCache(cache, [
    ...threePeople(join(root, 'photos')),
    annaAndBen(both),
    { path: join(root, 'photos', 'tiny.png'), faces: [{ who: 0, bbox: [10, 10, 60, 70], blur: 12 }] },
    { path: join(root, 'photos', 'empty.png') },
    { path: join(root, 'photos', 'broken.png'), content: Uint8Array.of(1, 2), error: 'it is damaged' },
  ]);
});

describe('whyPhoto', () => {
  it('says of each face whose it is, what was measured, and which limits it fails', async () => {
    const { faces } = await whyPhoto(both, cache);
    expect(faces.map(({ person }) => person)).toEqual([1, 2]);
    expect(faces[0]!.checks.map(({ check, limit, passed }) => [check, limit, passed])).toEqual([
      ['short-edge', 90, true],
      ['blur', 40, true],
      ['det-score', 0.6, true],
      ['outlier', 0.55, true],
      ['few-images', 15, false],
    ]);
    expect(faces[0]!.checks.map(({ value }) => value)).toMatchObject([
      130,
      200,
      expect.closeTo(0.8),
      expect.any(Number),
      4,
    ]);
    expect(faces[0]).toMatchObject({ faceset: null, reason: { code: 'few-images' } });
    const [tiny] = (await whyPhoto(join(root, 'photos', 'tiny.png'), cache)).faces;
    expect(tiny!.checks.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual([
      'short-edge',
      'blur',
      'few-images',
    ]);
    expect(tiny!.reason!.code).toBe('short-edge');
  });

  it('goes by the limits that were set for the collection, as refine does', async () => {
    const out = join(root, 'refined');
    await refine(cache, out, { minFaces: 3 });
    const { faces } = await whyPhoto(both, cache);
    expect(faces.map(({ faceset, checks }) => [faceset, checks.at(-1)])).toEqual([
      ['faceset_001', { check: 'few-images', value: 4, limit: 3, passed: true }],
      ['faceset_002', { check: 'few-images', value: 4, limit: 3, passed: true }],
    ]);
  });

  it('names the decisions about a face and its person, and what they waive', async () => {
    const tiny = join(root, 'photos', 'tiny.png');
    await refine(cache, join(root, 'refined'), { minFaces: 3 });
    await isPerson(cache, '2', [tiny]);
    await dropFaces(cache, '3', [photo('carl', 0)]);
    const [face] = (await whyPhoto(tiny, cache)).faces;
    expect(face).toMatchObject({ person: 2, faceset: 'faceset_002' });
    expect(face!.distance).toBeGreaterThan(0.55);
    expect(face!.decisions.map(({ text }) => text)).toEqual([`the face in ${tiny} is person 2`]);
    expect(face!.checks.map(({ waived }) => waived)).toEqual([
      ...Array(4).fill('kept by a decision'),
      undefined,
    ]);
    const [dropped] = (await whyPhoto(photo('carl', 0), cache)).faces;
    expect(dropped).toMatchObject({ person: 3, faceset: null, reason: { code: 'dropped' } });
  });

  it('says why there is no face', async () => {
    expect(await whyPhoto(join(root, 'photos', 'empty.png'), cache)).toMatchObject({
      problem: 'no face was found in it',
      faces: [],
    });
    expect(await whyPhoto(join(root, 'photos', 'broken.png'), cache)).toMatchObject({
      problem: 'it is damaged',
    });
    const other = join(root, 'other.png');
    await expect(whyPhoto(other, cache)).rejects.toThrow(
      `${other} is not a photo of ${cache}: embed it first`,
    );
  });
});
