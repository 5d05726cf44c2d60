import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toyCache } from '../src/toy-cache.js';
import { toyLibrary } from '../src/toy-library.js';
import { toyModels } from '../src/toy-models.js';

describe('toyLibrary', () => {
  it('holds every file of its truth', async () => {
    const library = await toyLibrary('small');
    expect(library.photos.length).toBeGreaterThan(20);
    for (const photo of library.photos)
      expect(existsSync(join(library.dir, photo.path)), photo.path).toBe(true);
  });
});

describe('toyModels', () => {
  it('holds the five files of a pack', async () => {
    const names = ['1k3d68.onnx', '2d106det.onnx', 'det_10g.onnx', 'genderage.onnx', 'w600k_r50.onnx'];
    expect(readdirSync(await toyModels()).sort()).toEqual(names);
  });
});

describe('toyCache', () => {
  const name = `test-${process.pid}`;

  it('keeps what was made first', async () => {
    const fail = async () => Promise.reject(new Error('made twice'));
    const dir = await toyCache(`${name}-first`, async () => {});
    onTestFinished(() => rmSync(dir, { recursive: true }));
    expect(await toyCache(`${name}-first`, fail)).toBe(dir);
  });

  it('leaves nothing behind when making fails', async () => {
    await expect(toyCache(`${name}-fails`, () => Promise.reject(new Error('no ink')))).rejects.toThrow(
      'no ink',
    );
    const dir = await toyCache(`${name}-fails`, async () => {});
    onTestFinished(() => rmSync(dir, { recursive: true }));
    expect(leftovers(dir)).toEqual([]);
  });

  it('gives several processes that ask at the same time one whole folder', async () => {
    const module = new URL('../dist/toy-cache.js', import.meta.url).href;
    const script = `
      import { writeFile } from 'node:fs/promises';
      import { setTimeout } from 'node:timers/promises';
      import { toyCache } from ${JSON.stringify(module)};
      console.log(await toyCache('${name}-race', async (dir) => {
        await writeFile(dir + '/first', '1');
        await setTimeout(300);
        await writeFile(dir + '/second', '2');
      }));`;
    const ask = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const answers = (await Promise.all([ask(), ask(), ask()])).map(({ stdout }) => stdout.trim());
    onTestFinished(() => rmSync(answers[0], { recursive: true }));
    expect(new Set(answers).size).toBe(1);
    expect(readFileSync(join(answers[0], 'second'), 'utf8')).toBe('2');
    expect(leftovers(answers[0])).toEqual([]);
  });

  function leftovers(dir: string): string[] {
    return readdirSync(dirname(dir)).filter((entry) => entry.startsWith(name) && entry.includes('-making-'));
  }
});
