import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_SCHEMA_VERSION, type SwapManifest, writeManifest } from '@face-sets/manifests';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { consolidate, type PipelineEvent } from '../../src/index.js';
import { cacheOfCollection } from '../../src/shared/collection-cache.js';

let out: string;

beforeEach(async () => {
  out = tempDir('collection');
  const manifest: SwapManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'export-swap',
    cache: { path: join(out, 'made-from.npz'), sha256: 'a'.repeat(64), faces: 0, images: 0 },
    refine_manifest: { path: join(out, 'refine_manifest.json'), sha256: 'b'.repeat(64) },
    options: { formats: ['images', 'fsz'] },
    summary: { facesets: 0, thin: 0, empty: 0, faces: 0, rejected: 0, rejected_by: {} },
    facesets: [],
    empty: [],
    highest_number: 0,
  };
  await writeManifest(join(out, 'manifest.json'), 'export-swap', manifest);
});

/** Runs a program that ends in the middle of a change, which has written another manifest by then. */
function interrupt(manifest: string): void {
  const program = `
    import { writeFileSync } from 'node:fs';
    import { rename } from 'node:fs/promises';
    import { recordChange } from '@face-sets/outputs';
    const [path, text, out] = process.argv.slice(1);
    await recordChange(out, 'consolidate', async () => {
      writeFileSync(path + '.new', text);
      await rename(path + '.new', path);
      process.exit(3);
    });`;
  const path = join(out, 'manifest.json');
  const args = ['--input-type=module', '-e', program, path, manifest, out];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe(manifest);
}

describe('the cache of an output', () => {
  it('is the one that the output was made from, or the one that is given', async () => {
    const made = join(out, 'made-from.npz');
    expect(await cacheOfCollection(out, {})).toEqual({ cachePath: made, formats: ['fsz', 'images'] });
    expect((await cacheOfCollection(out, { cache: 'other.npz' })).cachePath).toBe('other.npz');
  });

  it('is read after an interrupted change was taken back, not from what that had written', async () => {
    const path = join(out, 'manifest.json');
    const before = readFileSync(path, 'utf8');
    interrupt('{"kind": "export-sw');
    const events: PipelineEvent[] = [];
    const error = await consolidate(out, { onEvent: (event) => events.push(event) }).catch(
      (thrown) => thrown,
    );
    // There is no cache, which is all that is wrong.
    expect(error.message).toContain(join(out, 'made-from.npz'));
    expect(events.filter(({ type }) => type === 'notice')).toEqual([
      expect.objectContaining({
        text: 'an earlier consolidate was interrupted; its changes were undone',
      }),
    ]);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
