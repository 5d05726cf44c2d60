import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  cluster,
  decisionLog,
  ignorePeople,
  listPeople,
  namePerson,
  samePeople,
  undoDecisions,
} from '../../../src/index.js';
import { drawnCache, threePeople } from '../../drawn-cache.js';

let root: string;
let cache: string;
const people = async () =>
  (await listPeople(cache)).people.map(({ number, name, ignored }) => [number, name, ignored]);

beforeEach(async () => {
  root = tempDir('undo-decisions');
  cache = join(root, 'faces.npz');
  await drawnCache(cache, threePeople(join(root, 'photos')));
});

describe('undoDecisions and decisionLog', () => {
  it('take back what was said last, all that was said in one go, until nothing is left', async () => {
    await namePerson(cache, '1', { name: 'Anna' });
    await ignorePeople(cache, ['2', '3']);
    const { undone, decisions } = await undoDecisions(cache);
    expect(undone.map(({ id }) => id)).toEqual(['d2', 'd3']);
    expect(decisions.map(({ text }) => text)).toEqual(['takes back d2, d3']);
    expect(await people()).toEqual([
      [1, 'Anna', false],
      [2, null, false],
      [3, null, false],
    ]);
    await undoDecisions(cache);
    expect((await people())[0]).toEqual([1, null, false]);
    await expect(undoDecisions(cache)).rejects.toThrow('there is no decision to take back');
  });

  it('take back a decision by its id, and bring it back by that of the undo', async () => {
    await samePeople(cache, ['1', '2']);
    await namePerson(cache, '3', { name: 'Carl' });
    const { created, moved } = await undoDecisions(cache, ['d1']);
    expect(created).toEqual([2]);
    expect(moved.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    await expect(undoDecisions(cache, ['d1'])).rejects.toThrow('d1 was taken back before, by d3');
    await expect(undoDecisions(cache, ['d9'])).rejects.toThrow('there is no decision d9');
    await undoDecisions(cache, ['d3']);
    expect(await people()).toEqual([
      [1, null, false],
      [3, 'Carl', false],
    ]);
    expect((await decisionLog(cache)).decisions.map(({ id, text, inForce }) => [id, text, inForce])).toEqual([
      ['d1', 'person 1 and person 2 are one person', true],
      ['d2', 'person 3 is called Carl', true],
      ['d3', 'takes back d1', false],
      ['d4', 'takes back d3', true],
    ]);
  });

  it('leave settings alone unless they are named', async () => {
    await namePerson(cache, '1', { name: 'Anna' });
    await cluster(cache, join(root, 'raw'), { threshold: 0.5 });
    expect((await undoDecisions(cache)).undone.map(({ id }) => id)).toEqual(['d1']);
    await expect(undoDecisions(cache)).rejects.toThrow('there is no decision to take back');
    expect((await undoDecisions(cache, ['d2'])).undone).toMatchObject([{ text: 'threshold 0.5' }]);
  });
});
