import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  cluster,
  coverPerson,
  dropFaces,
  isntPerson,
  isPerson,
  keepFaces,
  showPerson,
} from '../../../src/index.js';
import { drawnCache, threePeople } from '../../drawn-cache.js';

let root: string;
let cache: string;
const photo = (name: string, n: number) => join(root, 'photos', name, `${n}.png`);
const photosOf = async (who: string) => (await showPerson(cache, who)).faces.map((face) => face.photo).sort();

beforeEach(async () => {
  root = tempDir('faces');
  cache = join(root, 'faces.npz');
  await drawnCache(cache, threePeople(join(root, 'photos')));
});

describe('isPerson and isntPerson', () => {
  it('move a face, whatever the distance, for good', async () => {
    const { moved } = await isPerson(cache, '2', [photo('anna', 1)]);
    expect(moved).toEqual([expect.objectContaining({ photo: photo('anna', 1), from: 1, to: 2 })]);
    expect(await photosOf('2')).toEqual([
      photo('anna', 1),
      photo('ben', 0),
      photo('ben', 1),
      photo('ben', 2),
    ]);
    await cluster(cache, join(root, 'raw'), { recluster: true });
    expect(await photosOf('1')).toEqual([photo('anna', 0), photo('anna', 2)]);
    const { moved: back } = await isntPerson(cache, '3', [photo('carl', 0)]);
    expect(back).toEqual([expect.objectContaining({ photo: photo('carl', 0), from: 3, to: null })]);
    await cluster(cache, join(root, 'raw'), { recluster: true });
    expect(await photosOf('3')).toEqual([photo('carl', 1), photo('carl', 2)]);
  });

  it('do not give a face to two people, nor take it from whom it was given to', async () => {
    await isPerson(cache, '2', [photo('anna', 1)]);
    const contradiction = { code: 'ERR_CONTRADICTION', decisions: [{ id: 'd1' }] };
    await expect(isPerson(cache, '3', [photo('anna', 1)])).rejects.toMatchObject(contradiction);
    await expect(isntPerson(cache, '2', [photo('anna', 1)])).rejects.toMatchObject(contradiction);
    expect(await photosOf('2')).toContain(photo('anna', 1));
  });
});

describe('keepFaces, dropFaces and coverPerson', () => {
  it('mark faces of a person, which stay the person', async () => {
    await keepFaces(cache, '1', [photo('anna', 0)]);
    await dropFaces(cache, '1', [photo('anna', 1)]);
    await coverPerson(cache, '1', photo('anna', 2));
    const { faces, cover, decisions } = await showPerson(cache, '1');
    const of = (n: number) => faces.find((face) => face.photo === photo('anna', n))!;
    expect([of(0).kept, of(0).dropped]).toEqual([true, false]);
    expect([of(1).kept, of(1).dropped]).toEqual([false, true]);
    expect(cover).toBe(of(2).face);
    expect(decisions.map((decision) => decision.do)).toEqual(['keep', 'drop', 'cover']);
    await expect(dropFaces(cache, '1', [photo('anna', 0)])).rejects.toMatchObject({
      code: 'ERR_CONTRADICTION',
    });
    expect((await coverPerson(cache, '1', photo('anna', 2))).decisions).toEqual([]);
    expect((await coverPerson(cache, '1', photo('anna', 0))).decisions).toHaveLength(1);
  });
});
