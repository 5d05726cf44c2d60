import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';
import { ok, toyCollection } from '../toy-collection.js';

const root = tempDir('people');
let out: string;
let cache: string;
const people = (...args: string[]) => {
  const [command, ...others] = args as [string, ...string[]];
  return ok('people', command, out, ...others);
};
const json = async (...args: string[]) => JSON.parse(await people(...args, '--json'));
const facesOf = async (who: string): Promise<{ face: string; photo: string }[]> =>
  (await json('show', who)).faces;

beforeAll(async () => {
  ({ out, cache } = await toyCollection(join(root, 'out')));
});

describe('face-sets people', () => {
  it('lists everyone in the OUT of a run, in its outputs and its cache alike', async () => {
    const list = await people('list');
    expect(list).toMatch(
      /^person_001 {4}8 photos, 8 faces\nperson_002 {4}8 photos, 8 faces\nperson_003 {4}7 photos, 7 faces\n3 people\n$/,
    );
    for (const path of [cache, join(out, 'raw'), join(out, 'raw', 'manifest.json')]) {
      expect(await ok('people', 'list', path)).toBe(list);
    }
  });

  it('names a person, on the folder too once cluster has run again, as it says', async () => {
    const said = await people('name', '2', 'Anna', '--birthday', '1990-02-01');
    expect(said).toMatch(/^d1: person 2 is called Anna, was born on 1990-02-01\n/);
    expect(said).toContain(`To bring the folders up to date: face-sets run --out ${out}\n`);
    expect(await ok('people', 'name', cache, '2', '--note', 'a neighbor')).toContain(
      `To bring the folders up to date: face-sets cluster ${cache} OUT, then face-sets refine ${cache} OUT\n`,
    );
    expect((await people('list', '--sort', 'name')).split('\n')[0]).toBe(
      'person_002  Anna  8 photos, 8 faces',
    );
    const shown = await people('show', 'anna');
    expect(shown).toMatch(/^person_002 Anna: 8 photos, 8 faces\nborn on 1990-02-01\na neighbor\n/);
    expect(shown).toMatch(/\ndecisions:\n {2}d1 {2}\S+Z {2}cli {2}person 2 is called Anna/);
    const { stderr, code } = await faceSets(['people', 'name', out, '2']);
    expect([code, stderr]).toEqual([2, 'face-sets: give a name, --note, --birthday or --remove\n']);
  });

  it('moves a face into another folder for good, and takes that back', async () => {
    const { face, photo } = (await facesOf('3'))[0]!;
    const files = (id: string) => readdirSync(join(out, 'raw', id)).length;
    const before = [files('person_002'), files('person_003')];
    const said = await people('is', 'Anna', face);
    expect(said).toContain(`1 face moved:\n  ${photo}: person 3 → person 2\n`);
    await ok('cluster', cache, join(out, 'raw'), '--recluster');
    expect([files('person_002'), files('person_003')]).toEqual([before[0]! + 1, before[1]! - 1]);
    const { code, stderr } = await faceSets(['people', 'isnt', out, 'Anna', face]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /: this contradicts d3: .* is 2; take that back first \(face-sets people undo OUT d3\)\n$/,
    );
    expect(await people('undo', 'd3')).toContain(
      `${photo}: person 2 → person 3\n  taken back: d3: the face in ${photo} is Anna (2)\n`,
    );
    await ok('cluster', cache, join(out, 'raw'));
    expect([files('person_002'), files('person_003')]).toEqual(before);
  });

  it('joins people, offers to part them, and parts them with --apply', async () => {
    expect(await people('same', '1', '3')).toContain('person 3 is person 1 now\n');
    expect((await json('list')).people.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
    const offered = await people('split', '1');
    expect(offered).toMatch(/^person 1: 2 parts at \d\.\d{3}\n {2}person 1: 8 faces\n/);
    expect(offered).toContain('Nothing was changed. Part them with --apply.');
    expect((await json('list')).people).toHaveLength(2);
    expect(await people('split', '1', '--apply')).toContain('new: person 4\n7 faces moved:\n');
    const { face } = (await facesOf('1'))[0]!;
    const into = await json('split', '1', '--into', face);
    expect(into.done.created).toEqual([5]);
    expect(await facesOf('5')).toHaveLength(1);
    await people('different', '1', '2');
  });

  it('keeps, drops, ignores and covers', async () => {
    const [first, second] = await facesOf('Anna');
    await people('keep', 'Anna', first!.face);
    await people('drop', 'Anna', second!.face);
    await people('cover', 'Anna', second!.face);
    const shown = await people('show', 'Anna');
    expect(shown).toContain(`${first!.face} (kept)\n`);
    expect(shown).toContain(`${second!.face} (cover) (dropped)\n`);
    await people('ignore', '4');
    expect(await people('list')).toMatch(/\nperson_004 {8}7 photos, 7 faces \(ignored\)\n/);
    expect(await people('ignore', '4')).toBe('Nothing to do: this was decided before\n');
  });

  it('logs all of it, in the order in which it was said', async () => {
    const { decisions } = await json('log');
    expect(decisions.map((decision: { do: string }) => decision.do)).toEqual(
      'name name is revert same different different different keep drop cover ignore'.split(' '),
    );
    const log = await people('log');
    expect(log).toMatch(/^d3 {3}\S+Z {2}cli {2}the face in .* is Anna \(2\) \(taken back\)$/m);
    expect(log.trimEnd().split('\n')).toHaveLength(12);
    const lines = readFileSync(`${cache}.decisions.jsonl`, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(decisions.map(({ id }: { id: string }) => id));
  });

  it('says in one line what it does not understand', async () => {
    for (const [args, message] of [
      [['show', out, 'Nobody'], /there is no one called "Nobody"/],
      [['show', out, '77'], /there is no person 77/],
      [['list', root], /holds nothing of face-sets, expected the OUT of a run/],
      [['list', join(root, 'none')], /there is no face cache at .*none\.npz/],
      [['undo', out, 'd99'], /there is no decision d99/],
      [['same', out, '1'], /expected two people or more/],
    ] as const) {
      const { code, stderr } = await faceSets(['people', ...args]);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
