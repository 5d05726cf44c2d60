import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CacheNotFoundError, cluster, ignorePeople, listPeople, namePerson } from '../../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../../drawn-cache.js';

const root = tempDir('list-people');
const photos = join(root, 'photos');
const cache = join(root, 'faces.npz');

beforeAll(async () => {
  await drawnCache(cache, [...threePeople(photos), annaAndBen(join(photos, 'both.png'))]);
});

describe('listPeople', () => {
  it('finds out who is who where nobody has, and keeps the numbers that it has shown', async () => {
    const { people, alone, ignoredFaces } = await listPeople(cache);
    expect(people.map(({ id, faces, photos: on }) => [id, faces, on])).toEqual([
      ['person_001', 4, 4],
      ['person_002', 4, 4],
      ['person_003', 3, 3],
    ]);
    expect([alone, ignoredFaces]).toEqual([0, 0]);
    const written = readFileSync(`${cache}.people.json`, 'utf8');
    const { summary } = await cluster(cache, join(root, 'raw'));
    expect(summary.people).toBe(3);
    expect((await listPeople(cache)).people).toEqual(people);
    expect(readFileSync(`${cache}.people.json`, 'utf8')).toBe(written);
  });

  it('orders people by name, those without one last, or by photos', async () => {
    await namePerson(cache, '3', { name: 'carl' });
    await namePerson(cache, '2', { name: 'Ben' });
    const numbers = async (sort: 'number' | 'name' | 'photos') =>
      (await listPeople(cache, { sort })).people.map(({ number }) => number);
    expect(await numbers('name')).toEqual([2, 3, 1]);
    expect(await numbers('photos')).toEqual([1, 2, 3]);
    expect(await numbers('number')).toEqual([1, 2, 3]);
  });

  it('says who is ignored, and how many faces are', async () => {
    await ignorePeople(cache, ['carl', join(photos, 'anna', '0.png')]);
    const { people, ignoredFaces } = await listPeople(cache);
    expect(people.map(({ ignored }) => ignored)).toEqual([false, false, true]);
    expect(ignoredFaces).toBe(1);
  });

  it('needs a cache', async () => {
    await expect(listPeople(join(root, 'none.npz'))).rejects.toThrow(CacheNotFoundError);
  });
});
