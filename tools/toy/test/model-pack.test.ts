import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildGenderAge, buildModelPack, MODEL_FILES } from '../src/index.js';
import { floats, load, run } from './host.js';

describe('buildModelPack', () => {
  it('writes the five files of a pack, each below 5 MB, with the same bytes every time', async () => {
    const dirs = ['a', 'b'].map((name) => mkdtempSync(join(tmpdir(), `toy-pack-${name}-`)));
    onTestFinished(() => {
      for (const dir of dirs) rmSync(dir, { recursive: true });
    });
    const [paths] = await Promise.all(dirs.map(buildModelPack));
    expect(readdirSync(dirs[0]).sort()).toEqual(Object.keys(MODEL_FILES).sort());
    expect(paths.map((path) => path.slice(dirs[0].length + 1))).toEqual(Object.keys(MODEL_FILES));
    for (const name of Object.keys(MODEL_FILES)) {
      const bytes = readFileSync(join(dirs[0], name));
      expect(bytes.length).toBeLessThan(5e6);
      expect(readFileSync(join(dirs[1], name)).equals(bytes), name).toBe(true);
    }
  });
});

describe('buildGenderAge', () => {
  it('declares the real model’s input and output and answers with three numbers', async () => {
    const model = await load(buildGenderAge());
    expect(model.inputMetadata).toMatchObject([{ name: 'data', shape: ['None', 3, 96, 96] }]);
    expect(model.outputMetadata).toMatchObject([{ name: 'fc1', shape: ['None', 3] }]);
    const [output] = await run(model, new Float32Array(2 * 3 * 96 * 96).fill(128), [2, 3, 96, 96]);
    expect([...output.dims]).toEqual([2, 3]);
    expect(floats(output).every(Number.isFinite)).toBe(true);
  });
});
