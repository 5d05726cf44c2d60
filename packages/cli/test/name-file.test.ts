import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readCollection } from '@face-sets/outputs';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes, treeTimes } from './face-sets.js';

/** As Windows' editor writes `José`, an empty line and a note. */
const NAME = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('José\r\n\r\nmy brother\r\n', 'utf16le')]);

describe('a NAME.txt of the owner', () => {
  let root: string;
  let out: string;
  let models: string[];
  let photos: string;
  const at = (...parts: string[]) => join(root, ...parts);
  const run = (...more: string[]) =>
    faceSets(['run', photos, '--out', at('out'), '--min-faces', '4', ...more, '--quiet', ...models]);

  beforeAll(async () => {
    root = tempDir('name-file');
    photos = at('photos');
    out = at('out', 'facesets_swap_ready');
    const library = await toyLibrary('small');
    for (const { path, faces } of library.photos) {
      const people = faces.map(({ person }) => person);
      const folder = join(photos, people.length === 1 ? people[0]! : 'mixed');
      mkdirSync(folder, { recursive: true });
      copyFileSync(join(library.dir, path), join(folder, basename(path)));
    }
    models = ['--models', await toyModels()];
    const { code, stderr } = await run();
    expect(code, stderr).toBe(0);
    writeFileSync(join(out, 'faceset_001', 'NAME.txt'), NAME);
    writeFileSync(at('out', 'raw', 'person_002', 'NAME.txt'), NAME);
    writeFileSync(at('out', 'refined', 'faceset_002', 'NAME.txt'), NAME);
  }, 300_000);

  /** Where the person lies who has the name. */
  async function place(): Promise<string> {
    const { facesets } = await readCollection(out);
    // Eras are called as their person is.
    const named = facesets.filter(({ name, entry }) => name === 'José' && entry.era_of === undefined);
    expect(named).toHaveLength(1);
    return join(out, named[0]!.folder);
  }

  it('names the bundles in the next run, and nothing changes in the one after it', async () => {
    expect((await run()).code).toBe(0);
    const files = readdirSync(join(out, 'faceset_001'));
    expect(files.sort()).toEqual(
      ['José.txt', 'José_all.fsz', 'José_top30.fsz', 'NAME.txt', 'faces', 'manifest.json'].sort(),
    );
    const [hashes, times] = [treeHashes(at('out')), treeTimes(out)];
    expect((await run()).code).toBe(0);
    expect(treeHashes(at('out'))).toEqual(hashes);
    delete times['manifest.json'];
    expect(treeTimes(out)).toMatchObject(times);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('"name":"José"');
  });

  it('is the same to the byte after every command', async () => {
    const cache = at('out', 'faces.npz');
    const refined = at('out', 'refined', 'refine_manifest.json');
    const quiet = ['--quiet', ...models];
    const again = ['export-swap', cache, refined, out, ...quiet];
    const both = ['--only', 'faceset_001', 'faceset_002'];
    const commands: string[][] = [
      ['report', out],
      again,
      [...again, '--pad-ratio', '0.4'],
      ['consolidate', out, '--threshold', '2', '--apply', ...quiet, ...both],
      ['undo', out],
      ['clean', out, '--similarity', '0.9', '--no-audit', '--apply', ...quiet],
      ['undo', out],
      ['eras', 'split', cache, join(out, 'faceset_001'), ...quiet],
      ['undo', out],
      ['import-folders', cache, out, '--trusted', join(photos, 'Ada'), '--min-face-short', '40', ...quiet],
      ['undo', out],
      ['extend', cache, at('out', 'raw'), '--refine-out', at('out', 'refined'), '--quiet'],
      ['refine', cache, at('out', 'refined'), '--min-faces', '3', '--recluster', '--quiet'],
      ['cluster', cache, at('out', 'raw'), '--recluster', '--quiet'],
      ['run', photos, '--out', at('out'), '--min-faces', '5', '--recluster', '--yes', ...quiet],
    ];
    for (const args of commands) {
      const { code, stderr } = await faceSets(args);
      expect(code, `${args}: ${stderr}`).toBe(0);
      const folder = await place();
      expect(readFileSync(join(folder, 'NAME.txt')).equals(NAME), `${args}`).toBe(true);
      expect(readFileSync(at('out', 'raw', 'person_002', 'NAME.txt')).equals(NAME), `${args}`).toBe(true);
      expect(readFileSync(at('out', 'refined', 'faceset_002', 'NAME.txt')).equals(NAME), `${args}`).toBe(
        true,
      );
      expect(existsSync(join(folder, 'José_all.fsz')), `${args}`).toBe(true);
    }
  }, 300_000);
});
