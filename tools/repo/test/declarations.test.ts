import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript')), 'tsc.js');
// Inside of the repository, where the packages are found by their names.
mkdirSync(join(ROOT, 'tools/repo/out-tsc'), { recursive: true });
const project = mkdtempSync(join(ROOT, 'tools/repo/out-tsc/declarations-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe.each(readdirSync(join(ROOT, 'packages')))('The declarations of %s', (name) => {
  it('hold under the strictest settings of whoever imports them', () => {
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
    };
    const dir = join(project, name);
    mkdirSync(dir);
    writeFileSync(join(dir, 'consumer.ts'), `export * from '@face-sets/${name}';\n`);
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module', private: true }));
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    let said = '';
    try {
      execFileSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    expect(said).toBe('');
  });
});
