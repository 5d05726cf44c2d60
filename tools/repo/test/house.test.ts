import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { brokenLimits, packageNames, packageSizes } from '../src/house.js';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('The house', () => {
  it('keeps to its limits: files in a folder, lines of a file, share of a package', () => {
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

  it('is described in docs/design.md: each package in the picture, in a paragraph and in the table', () => {
    const page = readFileSync(join(ROOT, 'docs/design.md'), 'utf8');
    for (const name of packageNames(ROOT)) {
      expect(page, name).toMatch(new RegExp(`^\\*\\*${name}\\*\\*`, 'm'));
      expect(page, name).toContain(`\n| ${name} | `);
      expect(page, name).toContain(`[${name}]`);
    }
  });
});
