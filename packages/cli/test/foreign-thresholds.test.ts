import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

describe('Default thresholds of another model than the one that runs', () => {
  let cache: string;
  let models: string[];
  let photos: string;

  beforeAll(async () => {
    const folder = join(tempDir(), 'models');
    mkdirSync(folder);
    for (const file of readdirSync(await toyModels()))
      copyFileSync(join(await toyModels(), file), join(folder, file.replace('w600k_r50', 'mobilefacenet')));
    models = ['--models', folder];
    photos = (await toyLibrary('small')).dir;
    cache = join(tempDir(), 'faces.npz');
    expect((await faceSets(['embed', photos, cache, ...models])).code).toBe(0);
  });

  const warnings = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('Warning: '));

  it('are warned of once in a run, with the names of both', async () => {
    const { stderr, code } = await faceSets(['run', photos, '--out', tempDir(), ...models]);
    expect(code).toBe(0);
    expect(warnings(stderr)).toEqual([
      expect.stringMatching(
        /made for w600k_r50 .* made with mobilefacenet: .*--threshold.*\(face-sets calibrate CACHE/,
      ),
    ]);
  });

  it('are named in JSON too, and only those that were not given', async () => {
    const args = ['refine', cache, tempDir(), '--initial-threshold', '0.5', '--json', '--quiet'];
    const { stdout } = await faceSets(args);
    const { warnings: told } = JSON.parse(stdout) as { warnings: string[] };
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('--merge-threshold');
    expect(told[0]).not.toContain('--initial-threshold');
  });

  it('are warned of once by every command that has some, in the words of the command line', async () => {
    const out = tempDir();
    expect((await faceSets(['run', photos, '--out', out, '--min-faces', '3', ...models])).code).toBe(0);
    const faceset = join(out, 'facesets_swap_ready', 'faceset_001');
    const person = join(photos, readdirSync(photos)[0]!);
    for (const [args, flags] of [
      [['dedup', cache], '--threshold'],
      [['consolidate', out], '--threshold'],
      [['consolidate', out, '--apply', ...models], '--threshold'],
      [['eras', 'probe', cache, faceset], '--thresholds, --sub-threshold'],
      [
        ['import-folders', cache, out, '--trusted', person, '--dry-run', '--mixed-margin', '0.1'],
        '--mixed-threshold, --identity-thresholds, --same-person-threshold',
      ],
    ] as const) {
      const { stderr } = await faceSets([...args]);
      expect(warnings(stderr)).toEqual([
        expect.stringContaining(`thresholds at their defaults: ${flags} (face-sets calibrate CACHE`),
      ]);
    }
  });

  it('are not warned of where all of them were given, or the model is theirs', async () => {
    const given = await faceSets([
      'cluster',
      cache,
      tempDir(),
      '--threshold',
      '0.5',
      '--merge-threshold',
      '0.4',
    ]);
    expect(warnings(given.stderr)).toEqual([]);
    const theirs = join(tempDir(), 'faces.npz');
    expect((await faceSets(['embed', photos, theirs, '--models', await toyModels()])).code).toBe(0);
    const { stderr, stdout } = await faceSets(['cluster', theirs, tempDir(), '--json']);
    expect(warnings(stderr)).toEqual([]);
    expect(JSON.parse(stdout).warnings).toBeUndefined();
  });
});
