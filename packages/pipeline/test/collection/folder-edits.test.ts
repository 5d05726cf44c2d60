import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DecisionLog } from '@face-sets/people';
import { tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ClusterOptions,
  cluster,
  NeedsConsentError,
  refine,
  samePeople,
  undoDecisions,
} from '../../src/index.js';
import { drawnCache } from '../drawn-cache.js';
import { listen } from '../listen.js';

let root: string;
let cache: string;
let raw: string;
const people = ['anna', 'ben', 'cleo'];
const box: [number, number, number, number] = [100, 80, 200, 200];

/** Six photos of Anna, five of Ben, four of Cleo, and one of someone who is in no other. */
beforeEach(async () => {
  root = tempDir('folder-edits');
  cache = join(root, 'faces.npz');
  raw = join(root, 'raw');
  const photos = people.flatMap((name, who) =>
    Array.from({ length: 6 - who }, (_, n) => ({
      path: join(root, 'photos', name, `${n}.png`),
      width: 300 + 10 * who + n,
      faces: [{ who, bbox: box, turn: n }],
    })),
  );
  const alone = { path: join(root, 'photos', 'alone.png'), width: 390, faces: [{ who: 3, bbox: box }] };
  await drawnCache(cache, [...photos, alone]);
  await run();
});

const run = (options: ClusterOptions = {}) => cluster(cache, raw, options);
const folder = (name: string) => join(raw, name);
const names = (name: string) => readdirSync(folder(name)).sort();
/** Moves a photo of a folder to another, and gives its name. */
function move(from: string, to: string, name = names(from)[0]!): string {
  renameSync(join(folder(from), name), join(folder(to), name));
  return name;
}
async function said() {
  const { inForce } = await DecisionLog.open(`${cache}.decisions.jsonl`);
  return inForce.map((decision) => [decision.by, decision.do]);
}

describe('What is changed by hand in the folders of people', () => {
  it('lasts where a photo was deleted: it is not the person, whatever comes', async () => {
    const [gone] = names('person_001');
    rmSync(join(folder('person_001'), gone!));
    const { texts, onEvent } = listen();
    await run({ onEvent });
    expect(texts('notice')).toEqual(['Read from your folders: 1 photo removed from person 1']);
    expect(names('person_001')).not.toContain(gone);
    expect(names('_singletons')).toContain(gone);
    await run({ recluster: true });
    await run({ threshold: 0.4 });
    expect(names('person_001')).not.toContain(gone);
    expect(await said()).toContainEqual(['folder', 'isnt']);
  });

  it('lasts where a photo was moved to someone else, and where it was moved back', async () => {
    const moved = move('person_001', 'person_002');
    await run();
    expect(names('person_001')).not.toContain(moved);
    expect(names('person_002')).toContain(moved);
    await run({ recluster: true });
    expect(names('person_002')).toContain(moved);
    expect(await run()).toMatchObject({ upToDate: true });
    move('person_002', 'person_001', moved);
    await run();
    expect(names('person_001')).toContain(moved);
    expect(names('person_002')).not.toContain(moved);
  });

  it('lasts where a photo was copied from somewhere else to the person', async () => {
    const photo = join(root, 'photos', 'cleo', '0.png');
    copyFileSync(photo, join(folder('person_001'), 'that is me.png'));
    await run();
    expect(names('person_001')).toHaveLength(8);
    expect(names('person_003')).toHaveLength(3);
    // A copy of the owner's own stays where they put it.
    expect(names('person_001')).toContain('that is me.png');
    expect(await said()).toEqual([['folder', 'is']]);
  });

  it('lasts where a face that was alone was sorted in', async () => {
    const [alone] = names('_singletons');
    move('_singletons', 'person_003', alone);
    await run();
    expect(names('person_003')).toContain(alone);
    expect(existsSync(folder('_singletons'))).toBe(false);
    await run({ recluster: true });
    expect(names('person_003')).toContain(alone);
  });

  it('makes a name of the new name of a folder, in every output', async () => {
    renameSync(folder('person_002'), folder('Ben'));
    await run();
    const { people: found } = JSON.parse(readFileSync(join(raw, 'manifest.json'), 'utf8'));
    expect(found[1]).toMatchObject({ id: 'person_002', label: 'Ben', folder: 'Ben' });
    await refine(cache, join(root, 'refined'), { minFaces: 2 });
    const refined = JSON.parse(readFileSync(join(root, 'refined', 'refine_manifest.json'), 'utf8'));
    expect(refined.facesets[1]).toMatchObject({ id: 'faceset_002', label: 'Ben' });
    expect(await said()).toContainEqual(['folder', 'name']);
  });

  it('makes someone new of a new folder, with a number that no one had', async () => {
    mkdirSync(folder('Dora'));
    const [first, second] = [move('person_001', 'Dora'), move('person_002', 'Dora')];
    await run();
    expect(names('person_004')).toEqual([first, second].sort());
    expect(existsSync(folder('Dora'))).toBe(false);
    const { people: found } = JSON.parse(readFileSync(join(raw, 'manifest.json'), 'utf8'));
    expect(found[3]).toMatchObject({ id: 'person_004', label: 'Dora' });
    await run({ recluster: true });
    expect(names('person_004')).toEqual([first, second].sort());
  });

  it('makes one person of two where all photos of one were put to the other', async () => {
    for (const name of names('person_003')) move('person_003', 'person_001', name);
    await run();
    expect(names('person_001')).toHaveLength(10);
    expect(existsSync(folder('person_003'))).toBe(false);
    expect(await said()).toEqual([['folder', 'same']]);
  });

  it('is no more than the name of a file where a file was renamed', async () => {
    const [name] = names('person_001');
    renameSync(join(folder('person_001'), name!), join(folder('person_001'), 'best.png'));
    const before = tree(raw);
    await run();
    expect(names('person_001')).toContain(name);
    expect(names('person_001')).not.toContain('best.png');
    expect(await said()).toEqual([]);
    delete before['person_001/best.png'];
    expect(Object.keys(tree(raw)).sort()).toEqual([...Object.keys(before), `person_001/${name}`].sort());
  });

  it('is not taken at its word where a whole person is gone, unless that is wanted', async () => {
    rmSync(folder('person_002'), { recursive: true });
    const failing = run();
    await expect(failing).rejects.toThrow(NeedsConsentError);
    await expect(failing).rejects.toThrow(
      /^pictures are missing in the output folders: person_002 \(all\); if you/,
    );
    expect(existsSync(folder('person_002'))).toBe(false);
    await run({ discardEdits: true });
    expect(names('person_002')).toHaveLength(5);
    rmSync(folder('person_002'), { recursive: true });
    await run({ acceptEdits: true });
    await run({ recluster: true });
    expect(existsSync(folder('person_002'))).toBe(false);
    expect(await said()).toEqual([['folder', 'ignore']]);
  });

  it('is not taken at its word where more than a fifth of the photos of someone are gone', async () => {
    for (const name of names('person_001').slice(0, 2)) rmSync(join(folder('person_001'), name));
    await expect(run()).rejects.toThrow('person_001 (2 of 6)');
    await run({ acceptEdits: true });
    expect(names('person_001')).toHaveLength(4);
  });

  it('is restored on request, moved and renamed files included', async () => {
    const before = tree(raw);
    move('person_001', 'person_002');
    rmSync(join(folder('person_003'), names('person_003')[0]!));
    renameSync(folder('person_002'), folder('Ben'));
    await run({ discardEdits: true });
    expect(tree(raw)).toEqual(before);
    expect(await said()).toEqual([]);
  });

  it('is read once where the owner leaves a copy of their own: what is said later counts', async () => {
    const photo = join(root, 'photos', 'cleo', '0.png');
    copyFileSync(photo, join(folder('person_001'), 'that is me.png'));
    await run();
    expect(names('person_001')).toHaveLength(8);
    await undoDecisions(cache);
    await run();
    expect(await run()).toMatchObject({ upToDate: true });
    expect(await said()).toEqual([]);
    expect(names('person_003')).toHaveLength(4);
    expect(names('person_001')).toContain('that is me.png');
  });

  it('says nothing where a photo was edited and saved under its name somewhere else, or doubled', async () => {
    const [name] = names('person_001');
    mkdirSync(folder('prints'));
    writeFileSync(join(folder('prints'), name!), 'retouched');
    writeFileSync(join(folder('person_002'), name!), 'retouched too');
    copyFileSync(join(folder('person_001'), name!), join(folder('person_001'), 'once more.png'));
    await run();
    await run({ discardEdits: true });
    expect(readFileSync(join(folder('prints'), name!), 'utf8')).toBe('retouched');
    expect(readFileSync(join(folder('person_002'), name!), 'utf8')).toBe('retouched too');
    expect(await said()).toEqual([]);
  });

  it('says nothing where copies were put into a folder of favorites', async () => {
    mkdirSync(folder('favorites'));
    for (const person of ['person_001', 'person_002']) {
      const [name] = names(person);
      copyFileSync(join(folder(person), name!), join(folder('favorites'), name!));
    }
    await run();
    expect(names('favorites')).toHaveLength(2);
    expect(await said()).toEqual([]);
    expect(await run()).toMatchObject({ upToDate: true });
  });

  it('says nothing where photos were sorted into folders below that of their person', async () => {
    mkdirSync(join(folder('person_001'), 'best'));
    const [first] = names('person_001').filter((name) => name.endsWith('.png'));
    renameSync(join(folder('person_001'), first!), join(folder('person_001'), 'best', first!));
    await run();
    expect(await said()).toEqual([]);
    expect(readdirSync(join(folder('person_001'), 'best'))).toEqual([first]);
  });

  it('puts no one aside for the folder of someone who was joined to them', async () => {
    await samePeople(cache, ['1', '3']);
    rmSync(folder('person_003'), { recursive: true });
    await run();
    expect(names('person_001')).toHaveLength(10);
    expect(await said()).toEqual([['cli', 'same']]);
  });

  it('can be taken back, with what had to give way to it', async () => {
    const [first, second] = names('person_001');
    move('person_001', 'person_002', first);
    move('person_001', 'person_002', second);
    await run();
    move('person_002', 'person_001', first);
    await run();
    expect(names('person_002')).toEqual(expect.arrayContaining([second]));
    expect(names('person_002')).not.toContain(first);
    await undoDecisions(cache);
    await run();
    expect(names('person_002')).toEqual(expect.arrayContaining([first, second]));
  });

  it('is left as it is where it does not show who is meant', async () => {
    const photo = join(root, 'photos', 'anna', '0.png');
    copyFileSync(photo, join(folder('person_002'), 'a.png'));
    copyFileSync(photo, join(folder('person_003'), 'a.png'));
    const { texts, onEvent } = listen();
    await run({ onEvent });
    expect(texts('notice')).toEqual([
      'It is not clear who is meant by 2 changes in your folders, such as person_002: left as it is',
    ]);
    expect(names('person_001')).toHaveLength(6);
    expect(await said()).toEqual([]);
  });

  it('is not read as about other people, where who was who is lost', async () => {
    renameSync(folder('person_003'), folder('Cleo'));
    rmSync(`${cache}.people.json`);
    await run();
    expect(await said()).toEqual([]);
  });

  it('makes a name of one line of the name of a folder, whatever is in it', async () => {
    renameSync(folder('person_003'), folder(' Cleo\n\u0085the second '));
    await run();
    const { people: found } = JSON.parse(readFileSync(join(raw, 'manifest.json'), 'utf8'));
    expect(found[2].label).toBe('Cleo the second');
  });

  it('is no deletion where a run was killed before its end', async () => {
    const before = tree(raw);
    rmSync(join(folder('person_001'), names('person_001')[0]!));
    writeFileSync(join(raw, '.face-sets-files.json'), JSON.stringify({ kind: 'cluster', files: [] }));
    await run();
    expect(tree(raw)).toEqual(before);
    expect(await said()).toEqual([]);
  });

  it('leaves files of other people alone', async () => {
    writeFileSync(join(folder('person_001'), 'notes.txt'), 'mine');
    mkdirSync(folder('Holidays'));
    writeFileSync(join(folder('Holidays'), 'sea.png'), 'sea');
    expect(await run()).toMatchObject({ upToDate: true });
    expect(readFileSync(join(folder('person_001'), 'notes.txt'), 'utf8')).toBe('mine');
    expect(statSync(join(folder('Holidays'), 'sea.png')).size).toBe(3);
    expect(await said()).toEqual([]);
  });
});
