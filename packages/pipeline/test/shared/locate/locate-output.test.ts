import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { isRunFolder, manifestAt, outputAt, RUN_FOLDERS } from '../../../src/index.js';

const root = tempDir('pipeline-locate');
const run = join(root, 'run');
const alone = join(root, 'alone');
for (const [folder, name] of [
  [join(run, RUN_FOLDERS.cluster), 'manifest.json'],
  [join(run, RUN_FOLDERS.refine), 'refine_manifest.json'],
  [alone, 'refine_manifest.json'],
] as const) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), '{}');
}

describe('An output', () => {
  it('is found by its folder, its manifest, and the OUT of a run', () => {
    const refined = join(run, RUN_FOLDERS.refine);
    for (const path of [refined, join(refined, 'refine_manifest.json'), run]) {
      expect(outputAt('refine', path)).toBe(refined);
      expect(manifestAt('refine', path)).toBe(join(refined, 'refine_manifest.json'));
    }
    expect(outputAt('cluster', run)).toBe(join(run, RUN_FOLDERS.cluster));
    expect(outputAt('refine', alone)).toBe(alone);
  });

  it('is taken as it is where nothing of these is there: who reads it says what is missing', () => {
    const gone = join(root, 'gone');
    expect(outputAt('cluster', gone)).toBe(gone);
    expect(manifestAt('cluster', gone)).toBe(gone);
    // Below a file, or a folder with the name of a manifest.
    const below = join(alone, 'refine_manifest.json', 'refine_manifest.json');
    expect(outputAt('refine', below)).toBe(below);
    const folder = join(root, 'odd', 'manifest.json');
    mkdirSync(folder, { recursive: true });
    expect(outputAt('cluster', folder)).toBe(folder);
    // A run that has not come so far.
    expect(manifestAt('export-swap', run)).toBe(run);
  });

  it('is of a run only where the folder is not an output itself', () => {
    expect(isRunFolder(run)).toBe(true);
    expect(isRunFolder(alone)).toBe(false);
    expect(isRunFolder(root)).toBe(false);
    const both = join(root, 'both');
    mkdirSync(join(both, RUN_FOLDERS.refine), { recursive: true });
    writeFileSync(join(both, RUN_FOLDERS.refine, 'refine_manifest.json'), '{}');
    writeFileSync(join(both, 'manifest.json'), '{}');
    expect(isRunFolder(both)).toBe(false);
    expect(outputAt('cluster', both)).toBe(both);
  });
});
