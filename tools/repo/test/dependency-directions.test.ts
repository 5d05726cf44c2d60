import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Runs the repository's own rules over a small tree of files; returns the names of the rules that are broken. */
function check(files: Record<string, string>): string[] {
  const dir = tempDir('directions');
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']) {
    cpSync(join(ROOT, name), join(dir, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const manifest = { dependencies: { sharp: '*', 'onnxruntime-node': '*' } };
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    mkdirSync(join(dir, 'packages', name, 'src'), { recursive: true });
    writeFileSync(join(dir, 'packages', name, 'package.json'), JSON.stringify({ name, ...manifest }));
  }
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages'];
  let output: string;
  try {
    output = execFileSync(process.execPath, args, { cwd: dir, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort();
}

describe('the dependency directions', () => {
  it('accept an import along the way through the house', () => {
    expect(
      check({
        'packages/cli/src/a.ts': "export { a } from '../../pipeline/src/a.js';",
        'packages/pipeline/src/a.ts': "export { b as a } from '../../fsz-export/src/b.js';",
        'packages/fsz-export/src/b.ts': "export { c as b } from '../../cluster/src/c.js';",
        'packages/cluster/src/c.ts': 'export const c = 1;',
      }),
    ).toEqual([]);
  });

  it.each([
    ['cluster', 'quality', 'direction-cluster'],
    ['quality', 'cache-npz', 'direction-quality'],
    ['cache-npz', 'quality', 'direction-cache-npz'],
    ['photos', 'face-embed', 'direction-photos'],
    ['npz', 'cache-npz', 'direction-npz'],
    ['dedup', 'fsz-export', 'direction-dedup'],
    ['fsz-export', 'outputs', 'direction-fsz-export'],
    ['outputs', 'review', 'direction-outputs'],
    ['review', 'cli', 'direction-review'],
    ['face-embed', 'fsz-export', 'direction-face-embed'],
    ['fsz-export', 'face-embed', 'direction-fsz-export'],
    ['face-embed', 'cli', 'direction-face-embed'],
  ])('refuse an import of %s from %s', (from, to, rule) => {
    expect(
      check({
        [`packages/${from}/src/a.ts`]: `export { b } from '../../${to}/src/b.js';`,
        [`packages/${to}/src/b.ts`]: 'export const b = 1;',
      }),
    ).toEqual([rule]);
  });

  it('refuse an import of a sibling by its package name', () => {
    const broken = check({
      'packages/cluster/src/a.ts': "export type { RgbImage } from '@face-sets/quality';",
    });
    expect(broken).toContain('direction-cluster');
  });

  it('refuse a native module in the arithmetic packages', () => {
    const broken = check({
      'packages/cluster/src/a.ts': "import sharp from 'sharp';\nexport default sharp;",
    });
    expect(broken).toContain('arithmetic-only');
  });

  it('refuse Node and the disk in the part of npz that runs in a browser', () => {
    const broken = check({
      'packages/npz/src/a.ts': "import { open } from 'node:fs/promises';\nexport default open;",
      'packages/npz/src/b.ts': "export { c } from './file/c.js';",
      'packages/npz/src/file/c.ts': "import { open } from 'node:fs/promises';\nexport const c = open;",
    });
    expect(broken).toEqual(['npz-in-a-browser', 'npz-without-node']);
  });

  it('refuse ONNX Runtime where no faces are found', () => {
    const broken = check({
      'packages/fsz-export/src/a.ts': "import { Tensor } from 'onnxruntime-node';\nexport default Tensor;",
    });
    expect(broken).toContain('detection-is-injected');
  });

  it('refuse ONNX Runtime but through the file that switches its telemetry off', () => {
    const broken = check({
      'packages/face-embed/src/models/a.ts':
        "import { Tensor } from 'onnxruntime-node';\nexport default Tensor;",
      'packages/face-embed/src/b.ts':
        "import type { Tensor } from 'onnxruntime-node';\nexport type B = Tensor;",
    });
    expect(broken).toEqual(['telemetry-off']);
  });

  it('refuse a cycle', () => {
    expect(
      check({
        'packages/quality/src/a.ts': "import { b } from './b.js';\nexport const a: number = b;",
        'packages/quality/src/b.ts': "import { a } from './a.js';\nexport const b: number = a;",
      }),
    ).toEqual(['no-cycle']);
  });

  it('refuse a package that package.json does not declare', () => {
    const broken = check({ 'packages/quality/src/a.ts': "import { z } from 'zod';\nexport default z;" });
    expect(broken).toContain('declared');
  });
});
