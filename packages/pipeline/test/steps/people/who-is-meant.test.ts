import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { isntPerson, namePerson, samePeople, showPerson } from '../../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../../drawn-cache.js';

const root = tempDir('who-is-meant');
const photos = join(root, 'photos');
const cache = join(root, 'faces.npz');
const both = join(photos, 'both.png');
const numberOf = async (who: string) => (await showPerson(cache, who)).number;

beforeAll(async () => {
  await drawnCache(cache, [...threePeople(photos), annaAndBen(both)]);
  await namePerson(cache, join(photos, 'anna', '0.png'), { name: 'Anna' });
  await namePerson(cache, join(photos, 'carl', '0.png'), { name: 'Carl' });
});

describe('A person', () => {
  it('is meant by number, name, photo, a copy of a photo, or face', async () => {
    const anna = await showPerson(cache, 'Anna');
    const copy = join(root, 'copy.png');
    copyFileSync(join(photos, 'anna', '1.png'), copy);
    const id = String(anna.number).padStart(3, '0');
    const { face } = anna.faces[0]!;
    const [name, box] = face.split('@') as [string, string];
    const [x, ...others] = box.split(',');
    // As another detector would have drawn it.
    const nearby = `${name}@${(Number(x) + 0.01).toFixed(3)},${others.join()}`;
    for (const who of [String(anna.number), `person_${id}`, `faceset_${id}`, 'anna', copy, face, nearby]) {
      expect(await numberOf(who)).toBe(anna.number);
    }
  });

  it('is refused with the reason where nobody is meant, or several could be', async () => {
    await expect(numberOf('99')).rejects.toThrow('there is no person 99; the highest number is 3');
    await expect(numberOf('Nobody')).rejects.toThrow(
      'there is no one called "Nobody", and no photo of that name',
    );
    const other = join(root, 'other.png');
    writeFileSync(other, 'no photo');
    await expect(numberOf(other)).rejects.toThrow(`${other} was not embedded into this cache`);
    await expect(numberOf('0123456789abcdef@0.100,0.100,0.100,0.100')).rejects.toThrow(
      'there is no face 01234567',
    );
    await expect(numberOf(both)).rejects.toThrow(
      /shows 2 faces; name the one you mean: \S+@\S+ \(.+\), \S+@\S+ \(.+\)$/,
    );
    const [anna, ben] = [await numberOf('Anna'), await numberOf(join(photos, 'ben', '0.png'))];
    await namePerson(cache, String(ben), { name: 'ANNA' });
    expect(await numberOf('Anna')).toBe(anna);
    await expect(numberOf('anna')).rejects.toThrow(
      /^2 people are called anna; say the number: \d \(\w+, faceset_00\d\), /,
    );
  });

  it('is meant by the number of someone who turned out to be them', async () => {
    const carl = await numberOf('Carl');
    const [merged] = (
      await samePeople(cache, ['Carl', join(photos, 'ben', '0.png')]).catch(() => ({ merged: [] }))
    ).merged;
    // Two names cannot be one person, so that nobody is merged until one of them is taken away.
    expect(merged).toBeUndefined();
    await namePerson(cache, 'ANNA', { name: null });
    const { merged: now } = await samePeople(cache, ['Carl', join(photos, 'ben', '0.png')]);
    expect(now).toHaveLength(1);
    expect(await numberOf(String(now[0]!.number))).toBe(carl);
  });
});

describe('A face', () => {
  it('of a photo of several people is that of the person who is meant', async () => {
    const anna = await numberOf('Anna');
    const { moved } = await isntPerson(cache, 'Anna', [both]);
    expect(moved).toEqual([expect.objectContaining({ photo: both, from: anna, to: null })]);
  });
});
