import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLimits, LONG_FILES, packageNames } from '../src/house.js';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('The house', () => {
  it('keeps to its limits: files in a folder, lines of a file, share of a package', () => {
    expect(brokenLimits(ROOT)).toEqual([]);
  });

  it('has no exception for a file that is gone', () => {
    for (const path of Object.keys(LONG_FILES)) expect(existsSync(join(ROOT, path)), path).toBe(true);
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
