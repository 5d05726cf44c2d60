import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  cluster,
  differentPeople,
  ignorePeople,
  listPeople,
  namePerson,
  samePeople,
  showPerson,
} from '../../../src/index.js';
import { drawnCache, threePeople } from '../../drawn-cache.js';

let root: string;
let cache: string;
const numbers = async () => (await listPeople(cache)).people.map(({ number }) => number);
const log = () =>
  readFileSync(`${cache}.decisions.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  root = tempDir('people');
  cache = join(root, 'faces.npz');
  await drawnCache(cache, threePeople(join(root, 'photos')));
});

describe('namePerson', () => {
  it('gives a name, a note and a birthday, which hold when everyone is clustered anew', async () => {
    const { decisions, person } = await namePerson(cache, '2', {
      name: ' Ben ',
      note: 'a neighbor',
      birthday: '1990-02-01',
    });
    expect(person).toBe(2);
    expect(decisions).toMatchObject([{ id: 'd1', by: 'cli', do: 'name', inForce: true }]);
    expect(decisions[0]!.text).toBe(
      'person 2 is called Ben, was born on 1990-02-01, has the note "a neighbor"',
    );
    await cluster(cache, join(root, 'raw'), { threshold: 0.3 });
    expect(await showPerson(cache, 'ben')).toMatchObject({
      number: 2,
      name: 'Ben',
      note: 'a neighbor',
      birthday: '1990-02-01',
    });
  });

  it('says nothing twice, keeps what it is not told, and takes a name away', async () => {
    await namePerson(cache, '2', { name: 'Ben', note: 'a neighbor' });
    expect((await namePerson(cache, '2', { name: 'Ben' })).decisions).toEqual([]);
    expect(log()).toHaveLength(1);
    await namePerson(cache, '2', { name: null });
    expect(await showPerson(cache, '2')).toMatchObject({ name: null, note: 'a neighbor' });
    await namePerson(cache, '2', { name: 'Ben' });
    expect(await showPerson(cache, '2')).toMatchObject({ name: 'Ben' });
  });

  it('says who else has the name', async () => {
    expect((await namePerson(cache, '1', { name: 'Anna' })).sameName).toEqual([]);
    expect((await namePerson(cache, '3', { name: 'Anna' })).sameName).toEqual([1]);
  });

  it('refuses a birthday that is no date, and to say nothing', async () => {
    await expect(namePerson(cache, '1', { birthday: 'May' })).rejects.toThrow(/birthday: expected a date/);
    await expect(namePerson(cache, '1', {})).rejects.toThrow('nothing to say: give name, note or birthday');
  });
});

describe('samePeople and differentPeople', () => {
  it('make one person of two, who keeps the number of the one with a name', async () => {
    await namePerson(cache, '3', { name: 'Carl' });
    const { merged, moved, decisions } = await samePeople(cache, ['1', 'Carl']);
    expect(merged).toEqual([{ number: 1, into: 3 }]);
    expect(moved).toEqual([]);
    expect(decisions[0]!.text).toBe('person 1 and Carl (3) are one person');
    expect(await numbers()).toEqual([2, 3]);
    expect(await showPerson(cache, '1')).toMatchObject({ number: 3, merged: [1], photos: 6 });
  });

  it('refuse what contradicts what was said, and name the line', async () => {
    await differentPeople(cache, ['1', '2']);
    await expect(samePeople(cache, ['1', '2'])).rejects.toMatchObject({
      code: 'ERR_CONTRADICTION',
      decisions: [{ id: 'd1' }],
    });
    await samePeople(cache, ['2', '3']);
    expect(log()).toHaveLength(2);
    await expect(differentPeople(cache, ['2', '3'])).rejects.toThrow(
      '2 and 3 are one person now, person 2, by d2; take that back to part them',
    );
    await expect(samePeople(cache, ['3', '2'])).rejects.toThrow('3 and 2 are one person already');
    expect(log()).toHaveLength(2);
  });

  it('keep people apart whom another threshold would join', async () => {
    await differentPeople(cache, ['1', '2']);
    await cluster(cache, join(root, 'raw'), { threshold: 1.5, cannotLink: false });
    const { people } = await listPeople(cache);
    expect(people.map(({ number }) => number)).toEqual(expect.arrayContaining([1, 2]));
  });
});

describe('ignorePeople', () => {
  it('keeps a person and a face out of every output', async () => {
    const face = join(root, 'photos', 'ben', '1.png');
    const { decisions } = await ignorePeople(cache, ['1', face]);
    expect(decisions.map(({ text }) => text)).toEqual([
      'person 1 is ignored',
      `the face in ${face} is ignored`,
    ]);
    expect((await ignorePeople(cache, ['1'])).decisions).toEqual([]);
    const { summary } = await cluster(cache, join(root, 'raw'));
    expect(summary).toMatchObject({ people: 2 });
    const manifest = JSON.parse(readFileSync(join(root, 'raw', 'manifest.json'), 'utf8'));
    expect(
      manifest.people.map(({ id, faces }: { id: string; faces: unknown[] }) => [id, faces.length]),
    ).toEqual([
      ['person_002', 2],
      ['person_003', 3],
    ]);
  });
});
