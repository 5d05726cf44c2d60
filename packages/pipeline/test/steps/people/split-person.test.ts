import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { cluster, isPerson, listPeople, namePerson, showPerson, splitPerson } from '../../../src/index.js';
import { drawnCache } from '../../drawn-cache.js';

let root: string;
let cache: string;
const photo = (n: number) => join(root, 'photos', `${n}.png`);
const photosOf = async (who: string) => (await showPerson(cache, who)).faces.map((face) => face.photo).sort();

/** Two people who look so much alike that they are taken for one: photos 0 to 3, and 4 to 6. */
const TURNS = [0, 2, 6, 8, 50, 52, 54];

beforeEach(async () => {
  root = tempDir('split');
  cache = join(root, 'faces.npz');
  const photos = TURNS.map((turn, n) => ({
    path: photo(n),
    faces: [{ who: 0, turn, bbox: [20 + 10 * n, 60, 150 + 10 * n, 220] as [number, number, number, number] }],
  }));
  await drawnCache(cache, photos);
});

describe('splitPerson', () => {
  it('offers the parts at the highest cut at which there are two, and changes nothing', async () => {
    const { parts, threshold, others, done } = await splitPerson(cache, '1');
    expect(parts.map(({ number, faces }) => [number, faces.map((face) => face.photo).sort()])).toEqual([
      [1, [0, 1, 2, 3].map(photo)],
      [2, [4, 5, 6].map(photo)],
    ]);
    // Average linkage of the two parts: between 1 − cos 42° and 1 − cos 54°.
    expect(threshold).toBeGreaterThan(0.25);
    expect(threshold).toBeLessThan(0.42);
    expect(parts[1]!.distance).toBeGreaterThan(0.28);
    expect([others, done]).toEqual([0, undefined]);
    expect((await listPeople(cache)).people).toHaveLength(1);
  });

  it('parts a person for good with apply: the largest part keeps number and name', async () => {
    await namePerson(cache, '1', { name: 'Anna' });
    const { done } = await splitPerson(cache, 'Anna', { apply: true });
    expect(done!.created).toEqual([2]);
    expect(done!.moved.map((face) => [face.photo, face.from, face.to]).sort()).toEqual(
      [4, 5, 6].map((n) => [photo(n), 1, 2]),
    );
    await cluster(cache, join(root, 'raw'), { recluster: true });
    expect(await photosOf('Anna')).toEqual([0, 1, 2, 3].map(photo));
    expect(await photosOf('2')).toEqual([4, 5, 6].map(photo));
  });

  it('cuts where it is told, and leaves faces that are alone to the part that they are most like', async () => {
    const loose = await splitPerson(cache, '1', { threshold: 0.5 });
    expect(loose).toMatchObject({ threshold: 0.5, parts: [] });
    // Only faces 2 degrees apart are one part: three pairs, and one face alone.
    const tight = await splitPerson(cache, '1', { threshold: 0.001 });
    expect(tight.parts.map(({ faces }) => faces.length)).toEqual([2, 2, 2]);
    expect(tight.others).toBe(1);
    const { done } = await splitPerson(cache, '1', { threshold: 0.001, apply: true });
    expect(done!.created).toEqual([2, 3]);
    const { people } = await listPeople(cache);
    expect(people.map(({ faces }) => faces).sort()).toEqual([2, 2, 3]);
  });

  it('makes a new person of the faces that are named, and of no others', async () => {
    const { done } = await splitPerson(cache, '1', { into: [[photo(0), photo(4)]] });
    expect(done!.created).toEqual([2]);
    expect(await photosOf('2')).toEqual([photo(0), photo(4)]);
    expect(await photosOf('1')).toEqual([1, 2, 3, 5, 6].map(photo));
  });

  it('refuses to leave nobody, or to take a face from whom it was given to', async () => {
    await expect(splitPerson(cache, '1', { into: [TURNS.map((_, n) => photo(n))] })).rejects.toThrow(
      'no face of person 1 would be left',
    );
    await expect(splitPerson(cache, '1', { threshold: 0.5, apply: true })).rejects.toThrow(
      /falls into no parts/,
    );
    await isPerson(cache, '1', [photo(4)]);
    await expect(splitPerson(cache, '1', { into: [[photo(4)]] })).rejects.toMatchObject({
      code: 'ERR_CONTRADICTION',
      decisions: [{ id: 'd1' }],
    });
    expect((await listPeople(cache)).people).toHaveLength(1);
    // The part with the face that was given to the person is the one that stays.
    const { parts } = await splitPerson(cache, '1', { apply: true });
    expect(parts.map(({ number, faces }) => [number, faces.length])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(await photosOf('1')).toEqual([4, 5, 6].map(photo));
  });
});
