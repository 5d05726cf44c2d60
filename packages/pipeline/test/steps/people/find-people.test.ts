import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { embed, findPeople, listPeople, namePerson, showPerson } from '../../../src/index.js';

const root = tempDir('find');
const cache = join(root, 'faces.npz');
let models: string;
let alone: string[];

beforeAll(async () => {
  const library = await toyLibrary('small');
  models = await toyModels();
  await embed([library.dir], cache, { models });
  const person = library.photos.find(({ faces }) => faces.length === 1)!.faces[0]!.person;
  alone = library.photos
    .filter(({ faces, path }) => faces.length === 1 && faces[0]!.person === person && /\.jpg$/.test(path))
    .map(({ path }) => join(library.dir, path));
  await namePerson(cache, alone[0]!, { name: 'Anna' });
});

describe('findPeople', () => {
  it('says who is on a photo that the cache does not have, and which photos are nearest', async () => {
    const other = join(root, 'saved again.jpg');
    await sharp(alone[1]!).rotate().jpeg({ quality: 80 }).toFile(other);
    const { photos, threshold } = await findPeople([other], cache, { models, top: 2 });
    expect(threshold).toBe(0.55);
    const [{ known, faces }] = photos as [(typeof photos)[0]];
    expect([known, faces.length]).toEqual([false, 1]);
    const anna = await showPerson(cache, 'Anna');
    expect(faces[0]).toMatchObject({ person: anna.number, name: 'Anna' });
    expect(faces[0]!.people).toHaveLength(2);
    expect(faces[0]!.people[0]).toMatchObject({ number: anna.number });
    expect(faces[0]!.people[0]!.distance).toBeLessThan(faces[0]!.people[1]!.distance);
    expect(faces[0]!.photos[0]!.photo).toBe(alone[1]!);
    expect(faces[0]!.photos).toHaveLength(2);
  });

  it('needs no models for photos that the cache has, and compares a face with others only', async () => {
    const { photos } = await findPeople(alone, cache, { models: join(root, 'none') });
    for (const { photo, known, faces } of photos) {
      expect(known).toBe(true);
      expect(faces[0]!.name).toBe('Anna');
      expect(faces[0]!.photos.map((near) => near.photo)).not.toContain(photo);
    }
    expect(photos[0]!.faces[0]!.people).toHaveLength((await listPeople(cache)).people.length);
  });

  it('goes on after a photo that cannot be searched', async () => {
    const missing = join(root, 'missing.jpg');
    const { photos } = await findPeople([missing, cache, alone[0]!], cache, { models });
    expect(photos.map(({ problem }) => problem)).toEqual([
      'no such file or folder (ENOENT)',
      expect.stringContaining('not a picture in a known format'),
      undefined,
    ]);
    expect(photos[2]!.faces).toHaveLength(1);
  });
});
