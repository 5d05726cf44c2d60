import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, faceSets, treeHashes, treeTimes } from '../face-sets.js';

const BROKEN = {
  'empty.jpg': Buffer.alloc(0),
  'text.png': Buffer.from('this is no picture\n'),
  'cut.jpg': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a]),
};

describe('face-sets run on the toy library', () => {
  let photos: string;
  let out: string;
  let args: string[];
  let first: Finished;

  beforeAll(async () => {
    const root = tempDir('run');
    photos = join(root, 'photos');
    out = join(root, 'out');
    cpSync((await toyLibrary('small')).dir, photos, { recursive: true, preserveTimestamps: true });
    mkdirSync(join(photos, 'damaged'));
    for (const [name, bytes] of Object.entries(BROKEN)) writeFileSync(join(photos, 'damaged', name), bytes);
    args = ['run', photos, '--out', out, '--models', await toyModels(), '--min-faces', '4'];
    first = await faceSets(args);
  });

  it('makes a faceset for each of the three people, with both bundles', () => {
    expect(first.stderr).not.toContain('face-sets:');
    expect(first.code).toBe(0);
    const { facesets } = JSON.parse(readFileSync(join(out, 'facesets_swap_ready/manifest.json'), 'utf8'));
    expect(facesets).toHaveLength(3);
    for (const { id, folder } of facesets) {
      for (const bundle of ['top30', 'all']) {
        const path = join(out, 'facesets_swap_ready', folder, `${id}_${bundle}.fsz`);
        expect(statSync(path).size).toBeGreaterThan(1000);
      }
    }
  });

  it('ends with a summary of photos, faces, people and facesets, and where they are', () => {
    for (const line of [/^Photos +\d+/m, /^Faces +\d+/m, /^People +\d+/m, /^Facesets +3 /m]) {
      expect(first.stdout).toMatch(line);
    }
    expect(first.stdout).toContain(join(out, 'facesets_swap_ready'));
  });

  it('names the files that could not be used and why, and goes on', () => {
    for (const name of Object.keys(BROKEN)) expect(first.stdout).toContain(join(photos, 'damaged', name));
    expect(first.stdout).toContain('empty.jpg: the file is empty');
  });

  it('keeps what holds embeddings readable by its owner only', () => {
    expect(statSync(join(out, 'faces.npz')).mode & 0o077).toBe(0);
    expect(statSync(out).mode & 0o077).toBe(0);
  });

  it('recomputes nothing the second time and leaves every file as it was, byte for byte', async () => {
    const hashes = treeHashes(out);
    const times = treeTimes(out);
    const second = await faceSets([...args, '--json']);
    expect(second.code).toBe(0);
    const result = JSON.parse(second.stdout);
    expect(result.embed.embedded).toBe(0);
    expect(result.enrich.enriched).toBe(0);
    expect(result.cluster.upToDate && result.refine.upToDate).toBe(true);
    expect(result.exportSwap.written).toEqual([]);
    expect(treeHashes(out)).toEqual(hashes);
    expect(treeTimes(out)).toEqual(times);
  });

  it('gives the same bytes when it starts from nothing again', async () => {
    // But for the time at which it was asked for these limits.
    const made = () => ({ ...treeHashes(out), 'faces.npz.decisions.jsonl': null });
    const before = made();
    rmSync(out, { recursive: true });
    expect((await faceSets(args)).code).toBe(0);
    expect(made()).toEqual(before);
  });

  it('prints JSON alone on standard output with --json', async () => {
    const { stdout } = await faceSets([...args, '--json', '--quiet']);
    expect(JSON.parse(stdout)).toMatchObject({ interrupted: false, refine: { summary: { facesets: 3 } } });
  });
});
