import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '@face-sets/manifests';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes } from '../face-sets.js';

/** The tree but for what changes can be taken back with. */
const treeOf = (folder: string) =>
  Object.fromEntries(
    Object.entries(treeHashes(folder)).filter(([path]) => !path.startsWith('.face-sets-undo')),
  );

describe('face-sets consolidate, clean and undo', () => {
  let models: string[];
  let cache: string;
  /** An export of the toy library in which the first person is in two facesets. */
  let out: string;

  beforeAll(async () => {
    const root = tempDir('keeping');
    const photos = join(root, 'photos');
    cache = join(root, 'faces.npz');
    out = join(root, 'swap');
    const refined = join(root, 'refined');
    cpSync((await toyLibrary('small')).dir, photos, { recursive: true, preserveTimestamps: true });
    models = ['--models', await toyModels(), '--quiet'];
    expect((await faceSets(['embed', photos, cache, ...models])).code).toBe(0);
    expect((await faceSets(['refine', cache, refined, '--min-faces', '4', '--quiet'])).code).toBe(0);
    const path = join(refined, 'refine_manifest.json');
    const manifest = await readManifest(path, 'refine');
    const [first, ...others] = manifest.facesets;
    const half = first!.faces.length >> 1;
    const facesets = [
      { ...first!, faces: first!.faces.slice(0, half) },
      ...others,
      {
        ...first!,
        id: `faceset_00${others.length + 2}`,
        folder: `faceset_00${others.length + 2}`,
        faces: first!.faces.slice(half),
      },
    ];
    writeFileSync(path, JSON.stringify({ ...manifest, facesets }));
    const exported = await faceSets(['export-swap', cache, path, out, '--min-face-short', '40', ...models]);
    expect(exported.stderr).toBe('');
    expect(exported.code).toBe(0);
  });

  it('proposes the two, merges them when asked to, and takes that back', async () => {
    const before = treeOf(out);
    const proposal = await faceSets(['consolidate', out, '--quiet']);
    expect(proposal.stderr).toBe('');
    expect(proposal.stdout).toMatch(
      /: 1 person in more than one faceset\n {2}faceset_004 \(\d+ faces, .*\) → faceset_001 /,
    );
    expect(proposal.stdout).toContain('Nothing was changed. Merge them with --apply.');
    expect(treeOf(out)).toEqual(before);

    const applied = await faceSets(['consolidate', out, '--apply', '--json', ...models]);
    expect(applied.stderr).toBe('');
    const { merged, written } = JSON.parse(applied.stdout);
    expect(merged).toHaveLength(1);
    expect(written).toEqual([merged[0].into]);
    expect(existsSync(join(out, merged[0].folder, 'manifest.json'))).toBe(true);
    expect(existsSync(join(out, merged[0].id))).toBe(false);
    const again = await faceSets(['consolidate', out, '--quiet']);
    expect(again.stdout).toBe(`${out}: no two facesets are the same person\n`);

    const list = await faceSets(['undo', out, '--list']);
    expect(list.stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+ {2}consolidate\n$/);
    const undone = await faceSets(['undo', out]);
    expect(undone.stdout).toMatch(/: took back consolidate of .*\nnothing else to undo\n$/);
    expect(treeOf(out)).toEqual(before);
    const nothing = await faceSets(['undo', out]);
    expect(nothing).toMatchObject({ code: 1, stdout: '' });
    expect(nothing.stderr).toMatch(/^face-sets: nothing to undo in .*\n$/);
    expect((await faceSets(['undo', out, '--list'])).stdout).toBe(`nothing to undo in ${out}\n`);
  });

  it('names an edit that undo would lose', async () => {
    await faceSets(['consolidate', out, '--apply', ...models]);
    const { merged } = await readManifest(join(out, 'manifest.json'), 'export-swap');
    const name = join(out, merged![0]!.folder, 'NAME.txt');
    const text = readFileSync(name);
    writeFileSync(name, 'Ann\n');
    const refused = await faceSets(['undo', out]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      `face-sets: ${name} was changed since, and undoing would lose that change: move the file away, then undo again\n`,
    );
    writeFileSync(name, text);
    expect((await faceSets(['undo', out])).code).toBe(0);
  });

  it('finds duplicates, takes them out when asked to, and looks at each crop unless told not to', async () => {
    const before = treeOf(out);
    const strict = ['clean', out, '--similarity', '0.5', ...models];
    const found = await faceSets([...strict, '--no-audit']);
    expect(found.stderr).toBe('');
    expect(found.stdout).toMatch(/: \d+ faces? to take out: near-duplicate \d+\n/);
    expect(found.stdout).toContain('Nothing was changed. Remove them with --apply.');
    expect((await faceSets([...strict, '--apply', '--dry-run', '--no-audit'])).stdout).toBe(found.stdout);
    expect(treeOf(out)).toEqual(before);

    const { findings, audited, written } = JSON.parse(
      (await faceSets([...strict, '--apply', '--json'])).stdout,
    );
    expect(audited).toBeGreaterThan(0);
    expect(written.length).toBeGreaterThan(0);
    const { facesets } = await readManifest(join(out, 'manifest.json'), 'export-swap');
    for (const { id } of findings) {
      const folder = facesets.find((faceset) => faceset.id === id)!.folder;
      expect(readdirSync(join(out, folder, 'faces', '_dropped')).length).toBeGreaterThan(0);
    }
    expect(statSync(join(out, '.face-sets-undo')).mode & 0o777).toBe(0o700);
    expect((await faceSets(['undo', out])).code).toBe(0);
    expect(treeOf(out)).toEqual(before);
  });

  it('says which cache is wanted when it is gone', async () => {
    renameSync(cache, `${cache}.away`);
    const { code, stderr } = await faceSets(['consolidate', out]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^face-sets: .*faces\.npz.*\n$/);
    expect((await faceSets(['consolidate', out, '--cache', `${cache}.away`])).code).toBe(0);
    renameSync(`${cache}.away`, cache);
  });

  it.each([
    [['consolidate'], /missing required argument 'out'/],
    [['consolidate', 'x', '--threshold', '3'], /expected a number from 0 to 2/],
    [['clean', 'x', '--similarity', '0'], /expected a number from 0\.5 to 1/],
  ])('takes %j for wrong usage', async (args, message) => {
    const { code, stderr } = await faceSets(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses a folder that is no export', async () => {
    for (const command of ['consolidate', 'clean']) {
      const { code, stderr } = await faceSets([command, tempDir('none')]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^face-sets: no manifest at /);
    }
  });
});
