import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLimits, packageNames } from '../src/house.js';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('The house', () => {
  it('keeps to its limits: files in a folder, lines of a file, share of a package', () => {
    expect(brokenLimits(ROOT)).toEqual([]);
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
