import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const PACKAGES = readdirSync(join(ROOT, 'packages'));
const packageJson = (name: string) =>
  JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));

describe.each(PACKAGES)('the package %s', (name) => {
  it('says what a registry and an installer ask', () => {
    const { name: full, version, description, license, engines, exports, files, type } = packageJson(name);
    expect(full).toBe(`@face-sets/${name}`);
    expect(version).toBe(packageJson('cli').version);
    expect(description).toMatch(/\w/);
    expect({ license, engines, type }).toEqual({
      license: 'MIT',
      engines: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines,
      type: 'module',
    });
    const entries = Object.entries(exports).filter(([entry]) => entry !== './package.json');
    expect(entries.map(([entry]) => entry)).toContain('.');
    for (const [entry, target] of entries) {
      const built = `./dist${entry.slice(1)}/index`;
      expect(target, entry).toEqual({ types: `${built}.d.ts`, default: `${built}.js` });
    }
    expect(files).toContain('dist');
  });

  it('needs the other packages in its own version', () => {
    const { dependencies = {}, version } = packageJson(name);
    for (const [dependency, range] of Object.entries(dependencies)) {
      if (dependency.startsWith('@face-sets/')) expect(range, dependency).toBe(version);
    }
  });

  it('ships the license', () => {
    expect(readFileSync(join(ROOT, 'packages', name, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    );
  });
});

describe('npm pack', () => {
  it('packs the build, the README and the license of each package, and no source, test or build state', () => {
    const workspaces = PACKAGES.flatMap((name) => ['--workspace', `packages/${name}`]);
    const packed: { name: string; files: { path: string }[] }[] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', ...workspaces], {
        cwd: ROOT,
        encoding: 'utf8',
        shell: process.platform === 'win32',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    expect(packed.map(({ name }) => name).sort()).toEqual(PACKAGES.map((name) => `@face-sets/${name}`));
    for (const { name, files } of packed) {
      const paths = files.map(({ path }) => path);
      const { exports } = packageJson(name.slice('@face-sets/'.length));
      const targets = Object.values<string | Record<string, string>>(exports);
      const built = targets
        .flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)))
        .map((path) => path.slice('./'.length));
      expect(paths, name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', ...built]));
      const foreign = paths.filter(
        (path) =>
          !/^(LICENSE|README\.md|package\.json)$|^(bin|dist|assets)\//.test(path) ||
          path.endsWith('.tsbuildinfo'),
      );
      expect(foreign, name).toEqual([]);
    }
  });
});
