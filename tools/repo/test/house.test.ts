import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  brokenLimits,
  outdatedRows,
  packageNames,
  packageRows,
  packageSizes,
  UNMIRRORED,
} from '../src/house.js';
import { allowedImports, dependencies, drawnArrows, neededArrows } from '../src/picture.js';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('The house', () => {
  it('keeps to its limits: files in a folder, lines of a file, share of a package, tests that mirror sources', () => {
    expect(brokenLimits(ROOT)).toEqual([]);
  });

  it('counts the files of a page as those of its package, and fails on a long one', () => {
    const root = tempDir('house');
    for (const [path, lines] of [
      ['packages/review/src/index.ts', 10],
      ['packages/review/assets/report.css', 301],
      ['packages/review/assets/report.js', 20],
    ] as const) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), '\n'.repeat(lines));
    }
    expect(packageSizes(root)).toEqual([{ name: 'review', lines: 331, files: 3 }]);
    expect(brokenLimits(root)).toContain('packages/review/assets/report.css has 301 lines');
  });

  it('has no test in a folder that src/ lacks, or by the name of no source', () => {
    const root = tempDir('house');
    for (const file of [
      'src/index.ts',
      'src/steps/clean.ts',
      'test/anything.test.ts',
      'test/steps/clean.test.ts',
      'test/steps/clean.names.test.ts',
      'test/steps/clean.slow.test.ts',
      'test/steps/helper.ts',
      'test/steps/cleaning.test.ts',
      'test/other/clean.test.ts',
    ]) {
      const path = join(root, 'packages', 'a', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
    }
    writeFileSync(join(root, 'packages', 'a', 'src', 'index.ts'), 'one line\n');
    expect(
      brokenLimits(root)
        .filter((line) => line.includes('/test/'))
        .sort(),
    ).toEqual([
      'packages/a/test/other/ mirrors no folder of src/',
      'packages/a/test/other/clean.test.ts has the name of no file of src/other/',
      'packages/a/test/steps/cleaning.test.ts has the name of no file of src/steps/',
    ]);
  });

  it('has no exception for a file or folder that is gone', () => {
    for (const path of Object.keys(UNMIRRORED)) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('has the size that the table in docs/design.md says: run npm run design-table', async () => {
    expect(outdatedRows(readFileSync(join(ROOT, 'docs/design.md'), 'utf8'), await packageRows(ROOT))).toEqual(
      [],
    );
  });

  it('misses packages in a table, and sees numbers that are off by more than a tenth', () => {
    const sizes = ['npz', 'files', 'photos'].map((name) => ({ name, lines: 100, files: 10, functions: 5 }));
    const page =
      '| npz | 109 | 9 | 5 |\n| files | 112 | 12 | 6 |\n| gone | 1 | 1 | 1 |\n| all | 300 | 30 | 15 |\n';
    expect(outdatedRows(page, sizes)).toEqual([
      'files has 100 lines, not 112',
      'files has 10 files, not 12',
      'files has 5 functions, not 6',
      'photos is missing',
      'gone is no package',
    ]);
  });

  it('is described in docs/design.md: each package in the picture, in a paragraph and in the table', () => {
    const page = readFileSync(join(ROOT, 'docs/design.md'), 'utf8');
    for (const name of packageNames(ROOT)) {
      expect(page, name).toMatch(new RegExp(`^\\*\\*${name}\\*\\*`, 'm'));
      expect(page, name).toContain(`\n| ${name} | `);
      expect(page, name).toContain(`[${name}]`);
    }
  });

  it('has the arrows in docs/design.md that follow from no others', () => {
    const page = readFileSync(join(ROOT, 'docs/design.md'), 'utf8');
    expect(drawnArrows(page)).toEqual(neededArrows(dependencies(ROOT)));
  });

  it('allows a package no import but of those that its package.json names', () => {
    expect(allowedImports(ROOT)).toEqual(dependencies(ROOT));
  });

  it('needs no arrow to what is reached by another way, however long', () => {
    const names = { a: ['b', 'c', 'd'], b: ['c'], c: ['d'], d: [], e: ['d'] };
    expect(neededArrows(names)).toEqual(['a --> b', 'b --> c', 'c --> d', 'e --> d']);
  });

  it('reads the arrows of a picture by the names in its boxes', () => {
    expect(drawnArrows('graph TD\n  x[a-b] --> y[c]\n  y --> z[d]\n  x --> z\n')).toEqual([
      'a-b --> c',
      'a-b --> d',
      'c --> d',
    ]);
  });
});
