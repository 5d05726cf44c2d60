import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

it.each([['-v'], ['--version'], ['version']])('face-sets %s says the version', async (arg) => {
  const { code, stdout } = await faceSets([arg]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('face-sets says in one line what is wrong', () => {
  let photos: string;
  let models: string;
  let cache: string;

  beforeAll(async () => {
    const dir = tempDir('errors');
    photos = join(dir, 'photos');
    mkdirSync(photos);
    const library = await toyLibrary('small');
    cpSync(
      join(library.dir, library.photos.find((photo) => photo.faces.length > 0)!.path),
      join(photos, 'a.jpg'),
    );
    models = await toyModels();
    cache = join(dir, 'faces.npz');
    expect((await faceSets(['embed', photos, cache, '--models', models])).code).toBe(0);
  });

  async function failure(args: readonly string[], env?: Record<string, string>) {
    const { code, stdout, stderr } = await faceSets(args, env);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^face-sets: /);
    expect(stderr).not.toContain('    at ');
    return { code, line: stderr };
  }

  it('for an unknown option, with exit code 2', async () => {
    const { code, line } = await failure(['embed', photos, cache, '--fast']);
    expect(code).toBe(2);
    expect(line).toContain("unknown option '--fast'");
  });

  it('for an unknown command, with exit code 2', async () => {
    expect((await failure(['embedd'])).code).toBe(2);
  });

  it('for a source or a cache that is missing, before it looks for models', async () => {
    const nowhere = ['--models', join(photos, 'nowhere')];
    const missing = join(photos, 'missing');
    for (const args of [
      ['run', missing, '--out', tempDir(), ...nowhere],
      ['embed', missing, cache, ...nowhere],
      ['enrich', missing, ...nowhere],
      ['export-swap', missing, missing, tempDir(), ...nowhere],
      ['import-folders', missing, tempDir(), '--trusted', photos, ...nowhere],
      ['eras', 'split', missing, missing, ...nowhere],
    ]) {
      const { code, line } = await failure(args);
      expect(code, args.join(' ')).toBe(1);
      expect(line, args.join(' ')).toContain(missing);
      expect(line, args.join(' ')).not.toContain('nowhere');
    }
  });

  it('for a provider that is not installed', async () => {
    for (const provider of ['cuda', process.platform === 'win32' ? 'coreml' : 'dml']) {
      const args = ['embed', photos, join(tempDir(), 'f.npz'), '--models', models, '--provider', provider];
      const { code, stderr } = await faceSets(args);
      // Where there is a CUDA device it works.
      if (code === 0) continue;
      expect(
        stderr
          .trimEnd()
          .split('\n')
          .filter((line) => !/^(Embedding|Measured)/.test(line)),
      ).toEqual([expect.stringMatching(/^face-sets: .*use (provider )?"cpu"/)]);
    }
  });

  it('for an ONNX Runtime that is not installed, and how to install it without a download', async () => {
    const hidden = join(tempDir(), 'hide.cjs');
    writeFileSync(
      hidden,
      `const Module = require('module'); const load = Module._load;
       Module._load = function (name, ...rest) {
         if (name === 'onnxruntime-node') throw new Error("Cannot find module 'onnxruntime-node'");
         return load.call(this, name, ...rest);
       };`,
    );
    const args = ['embed', photos, join(tempDir(), 'f.npz'), '--models', models];
    const { code, line } = await failure(args, { NODE_OPTIONS: `--require "${hidden}"` });
    expect(code).toBe(1);
    expect(line).toContain("Cannot find module 'onnxruntime-node'");
    expect(line).toContain('ONNXRUNTIME_NODE_INSTALL=skip');
  });

  it('for a number that is none or out of its bounds, with exit code 2', async () => {
    for (const value of ['much', '-1', '3', '']) {
      const { code, line } = await failure(['cluster', cache, tempDir(), '--threshold', value]);
      expect(code).toBe(2);
      expect(line).toContain('expected a number from 0 to 2');
    }
  });

  it('for missing arguments, with exit code 2', async () => {
    expect((await failure(['embed', photos])).code).toBe(2);
    expect((await failure(['run', photos])).code).toBe(2);
  });

  it('for a missing folder', async () => {
    const { code, line } = await failure(['embed', join(photos, 'missing'), cache, '--models', models]);
    expect(code).toBe(1);
    expect(line).toContain(`source not found: ${join(photos, 'missing')}`);
  });

  it('for a cache that cannot be written', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    const { code, line } = await failure(['embed', photos, join(file, 'faces.npz'), '--models', models]);
    expect(code).toBe(1);
    expect(line).toContain(join(file, 'faces.npz'));
  });

  it('for a cache of another model', async () => {
    const other = tempDir();
    cpSync(models, other, { recursive: true });
    // An empty graph-level field at the end: another file, still a valid model.
    appendFileSync(join(other, 'w600k_r50.onnx'), Buffer.from([0x3a, 0]));
    const { code, line } = await failure(['embed', photos, cache, '--models', other]);
    expect(code).toBe(1);
    expect(line).toContain('recognition model');
    expect(line).toContain('must not mix');
  });

  it('for a cache that is not there, and makes none', async () => {
    const missing = join(tempDir(), 'none.npz');
    for (const args of [
      ['cluster', missing, tempDir()],
      ['refine', missing, tempDir()],
      ['enrich', missing, '--models', models],
    ]) {
      const { code, line } = await failure(args);
      expect(code).toBe(1);
      expect(line).toContain(missing);
    }
    expect(existsSync(missing)).toBe(false);
  });

  it('for a file that is no cache', async () => {
    const text = join(tempDir(), 'faces.npz');
    writeFileSync(text, 'no zip');
    for (const args of [
      ['cluster', text, tempDir()],
      ['embed', photos, text, '--models', models],
    ]) {
      const { code, line } = await failure(args);
      expect(code).toBe(1);
      expect(line).toContain(text);
    }
  });

  it('with a path as it is, whatever it looks like', async () => {
    const path = join(tempDir(), '{link}', '--{2019}', 'faces.npz');
    const { code, line } = await failure(['cluster', path, tempDir()]);
    expect(code).toBe(1);
    expect(line).toContain(path);
  });

  it('for a folder without models, and for models that are nowhere when nothing may be downloaded', async () => {
    const empty = tempDir();
    expect((await failure(['embed', photos, cache, '--models', empty])).line).toContain(
      'holds no .onnx file',
    );
    const { line } = await failure(['embed', photos, cache, '--no-download'], {
      HOME: empty,
      XDG_CACHE_HOME: empty,
    });
    expect(line).toContain('(face-sets models pull buffalo_l, or --models DIR)');
  });

  it('for an output folder that holds something else, which stays untouched', async () => {
    const out = tempDir();
    writeFileSync(join(out, 'diary.txt'), 'mine');
    const { code, line } = await failure(['cluster', cache, out]);
    expect(code).toBe(1);
    expect(line).toContain('diary.txt');
    expect(readdirSync(out)).toEqual(['diary.txt']);
  });

  it('for a manifest that is malformed', async () => {
    const manifest = join(tempDir(), 'refine_manifest.json');
    writeFileSync(manifest, '{"kind": "refine", "schema_version": 1, "cache": 3}');
    const { code, line } = await failure(['export-swap', cache, manifest, tempDir(), '--models', models]);
    expect(code).toBe(1);
    expect(line).toMatch(/refine_manifest\.json: cache: /);
  });
});

describe('face-sets --help', () => {
  it('lists the commands, and each command its options with their defaults', async () => {
    const { code, stdout } = await faceSets(['--help']);
    expect(code).toBe(0);
    for (const name of ['run', 'embed', 'enrich', 'cluster', 'refine', 'export-swap', 'models']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    const refine = (await faceSets(['refine', '--help'])).stdout;
    // Commander breaks lines to the width of the terminal.
    expect(refine.replace(/\s+/g, ' ')).toMatch(/--min-faces <n> [^(]*\(default: 15\)/);
  });
});
