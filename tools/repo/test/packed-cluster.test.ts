import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { installTarballs, npm } from './npm.js';

const cluster = resolve(import.meta.dirname, '../../../packages/cluster');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript')), 'tsc.js');

const CONSUMER = `
import { agglomerative, type FaceMatrix, type FaceOutcome, refine, wasmSimilarity } from '@face-sets/cluster';

const matrix: FaceMatrix = { data: Float32Array.of(1, 0, 0, 1), rows: 2, cols: 2 };
export const labels: Int32Array = await agglomerative(matrix, {
  threshold: 0.5,
  similarity: wasmSimilarity({ threads: 0 }),
  constraints: { imageIndex: [0, 0], mustLink: [[0, 1]] },
});
const { outcomes } = refine<string>(matrix, labels, { imageIndex: [0, 1], gateReasons: [null, 'blur'] });
export const reasons = outcomes.map((outcome: FaceOutcome<string>) =>
  outcome.status === 'rejected' && outcome.reason === 'quality' ? outcome.gate : '',
);
// @ts-expect-error: a threshold is a number
await agglomerative(matrix, { threshold: '0.5' });
`;

describe('@face-sets/cluster, packed and installed into an empty project', () => {
  const project = tempDir('packed');
  let offline = '';

  beforeAll(() => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const packed = npm(cluster, 'pack', '--ignore-scripts', '--pack-destination', project);
    expect(packed.status, packed.stderr).toBe(0);
    const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
    offline = installTarballs(project, [tarball]);
  }, 120_000);

  it('brings no native module, and only what it declares', (ctx) => {
    if (offline) ctx.skip(offline);
    const files = readdirSync(join(project, 'node_modules'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /\.node$|binding\.gyp$/.test(name))).toEqual([]);
    const packages = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages.sort()).toEqual(['@face-sets', 'hdbscan-ts']);
    expect(readdirSync(join(project, 'node_modules', '@face-sets'))).toEqual(['cluster']);
    expect(files.filter((name) => /cluster.(src|test|bench)\b/.test(name))).toEqual([]);
  });

  it('runs the example of its README', (ctx) => {
    if (offline) ctx.skip(offline);
    const readme = readFileSync(join(project, 'node_modules/@face-sets/cluster/README.md'), 'utf8');
    const [, example] = readme.match(/```js\n([\s\S]*?)```/)!;
    writeFileSync(join(project, 'example.js'), example!);
    const output = execFileSync(process.execPath, ['example.js'], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    const lines = output.trim().split('\n');
    expect(lines[0]).toBe('3');
    expect(lines[1]).toBe('[ 20, 20, 20 ]');
    expect(lines[2]).toMatch(/^faceset 0 0\.\d\d$/);
    expect(lines.at(-1)).toBe('1');
  });

  const RESOLUTIONS = {
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
    bundler: { module: 'esnext', moduleResolution: 'bundler' },
  };

  it.for(['nodenext', 'bundler'] as const)(
    'type-checks under strict and the resolution "%s"',
    (name, ctx) => {
      if (offline) ctx.skip(offline);
      const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
      const rest = { target: 'es2022', lib: ['es2022'], types: [], noEmit: true, skipLibCheck: false };
      writeFileSync(join(project, 'consumer.ts'), CONSUMER);
      writeFileSync(
        join(project, `tsconfig.${name}.json`),
        JSON.stringify({
          compilerOptions: { ...strict, ...rest, ...RESOLUTIONS[name] },
          files: ['consumer.ts'],
        }),
      );
      const checked = spawnSync(process.execPath, [tsc, '-p', `tsconfig.${name}.json`], {
        cwd: project,
        encoding: 'utf8',
      });
      expect(checked.stdout).toBe('');
      expect(checked.status).toBe(0);
    },
  );
});
