import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONFIGURATION = [
  'package.json',
  'biome.json',
  '.dependency-cruiser.cjs',
  'knip.json',
  '.jscpd.json',
  'tsconfig.base.json',
];

/** A tree that lint has nothing to say about: two packages and a test. */
const CLEAN = {
  'packages/quality/package.json': manifest('quality'),
  'packages/quality/src/index.ts': "export { sharpest } from './sharpest.js';\n",
  'packages/quality/src/sharpest.ts':
    "import { largest } from './largest.js';\n\nexport const sharpest: number = largest([1, 2]);\n",
  'packages/quality/src/largest.ts':
    'export const largest = (values: readonly number[]): number => Math.max(...values);\n',
  'packages/cluster/package.json': manifest('cluster'),
  'packages/cluster/src/index.ts': "export { link } from './link.js';\n",
  'packages/cluster/src/link.ts':
    'export const link = (): number => tie() + 1;\n\nexport const tie = (): number => 1;\n',
  'packages/cluster/test/link.test.ts': "import { tie } from '../src/link.js';\n\ntie();\n",
  'tools/repo/package.json': manifest('repo'),
  'tools/repo/src/index.ts': 'export {};\n',
};

function manifest(name: string): string {
  const target = { types: './dist/index.d.ts', default: './dist/index.js' };
  return `${JSON.stringify({ name: `@face-sets/${name}`, type: 'module', exports: { '.': target } }, null, 2)}\n`;
}

/** Runs what `npm run lint` runs, with the repository's own configuration, over a tree of files. */
function lint(files: Record<string, string>) {
  const dir = tempDir('lint');
  for (const name of CONFIGURATION) cpSync(join(ROOT, name), join(dir, name));
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'), 'junction');
  writeFileSync(join(dir, '.gitignore'), 'node_modules\ndist/\n');
  for (const [path, text] of Object.entries({ ...CLEAN, ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'lint'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    shell: process.platform === 'win32',
  });
  return { status, output: stdout + stderr };
}

describe('npm run lint', () => {
  it('accepts a tree in order', () => {
    const { status, output } = lint({});
    expect(status, output).toBe(0);
  });

  it('fails on an export that nothing imports', () => {
    const { status, output } = lint({
      'packages/quality/src/largest.ts': `${CLEAN['packages/quality/src/largest.ts']}\nexport const unused = 1;\n`,
    });
    expect(status).not.toBe(0);
    expect(output).toMatch(/Unused exports \(1\)\s+unused\b/);
  });

  it('fails on a file that nothing imports', () => {
    const { status, output } = lint({ 'packages/quality/src/orphan.ts': 'export const orphan = 1;\n' });
    expect(status).not.toBe(0);
    expect(output).toMatch(/Unused files \(1\)\s+packages\/quality\/src\/orphan\.ts/);
  });

  it('fails on an import cycle', () => {
    const { status, output } = lint({
      'packages/quality/src/largest.ts': [
        "import { sharpest } from './sharpest.js';",
        '',
        'export const largest = (values: readonly number[]): number => Math.max(sharpest, ...values);\n',
      ].join('\n'),
    });
    expect(status).not.toBe(0);
    expect(output).toContain('error no-cycle');
  });

  /** Two functions that share so many lines, and nothing before or behind them. */
  const sharing = (lines: number) => {
    const shared = Array.from(
      { length: lines },
      (_, i) => `    (values[${i}] ?? values.length) * ${i + 1},`,
    ).join('\n');
    return {
      'packages/quality/src/largest.ts': `export const largest = (values: readonly number[]): number =>
  Math.max(
${shared}
  );
`,
      'packages/cluster/src/link.ts': `const weigh = (values: number[]): number[] => {
  return [
${shared}
  ];
};

${CLEAN['packages/cluster/src/link.ts'].replace('=> 1', '=> weigh([]).length')}`,
    };
  };

  it('fails on five lines that are written twice', () => {
    const { status, output } = lint(sharing(5));
    expect(status).not.toBe(0);
    expect(output).toContain('Found 1 clones');
    expect(output).toMatch(/largest\.ts.*\s.*link\.ts|link\.ts.*\s.*largest\.ts/);
  });

  it('accepts that four lines are the same', () => {
    const { status, output } = lint(sharing(4));
    expect(status, output).toBe(0);
  });

  it('fails on an import against the directions', () => {
    const { status, output } = lint({
      'packages/cluster/src/link.ts': [
        "import { sharpest } from '../../quality/src/sharpest.js';",
        '',
        'export const link = (): number => tie() + sharpest;\n',
        'export const tie = (): number => 1;\n',
      ].join('\n'),
    });
    expect(status).not.toBe(0);
    expect(output).toContain('error direction-cluster');
  });
});
