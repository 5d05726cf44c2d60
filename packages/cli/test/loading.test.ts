import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { recordChange } from '@face-sets/outputs';
import { tempDir } from '@face-sets/testing';
import { Help } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands.js';
import { groupPhotos } from './group-photos.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const PRELOAD = join(import.meta.dirname, 'list-modules.mjs');
const dir = tempDir('loading');
let runs = 0;

/** The modules that a command loads, and how it ended. */
function loadedBy(...args: string[]): { loaded: string[]; status: number | null; stderr: string } {
  const list = join(dir, `${++runs}.txt`);
  const { status, stderr } = spawnSync(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    env: { ...process.env, LIST_MODULES: list },
    encoding: 'utf8',
  });
  expect(existsSync(list)).toBe(true);
  return { loaded: readFileSync(list, 'utf8').split('\n').filter(Boolean), status, stderr };
}

/** A cache without photos. */
async function emptyCache(): Promise<string> {
  const path = join(tempDir('loading'), 'faces.npz');
  const model = { name: 'none', sha256: '0'.repeat(64) };
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: model, recognition: model },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'face-sets test',
    embeddingDim: 8,
  });
  await writer.close();
  return path;
}

/** An output in which something was changed. */
async function changedOutput(): Promise<string> {
  const out = tempDir('loading');
  await recordChange(out, 'clean', () => writeFile(join(out, 'made'), ''));
  return out;
}

const NATIVE = /node_modules\/(onnxruntime-node|onnxruntime-common|sharp|@img)\//;

describe('The list of commands', () => {
  it('says of each how it is called as the command itself does', async () => {
    for (const { term, load } of COMMANDS) expect(new Help().subcommandTerm(await load())).toBe(term);
  });
});

describe('What a command loads', () => {
  it('is next to nothing for the help and the version', () => {
    for (const args of [['--help'], ['--version'], ['help'], []]) {
      const { loaded } = loadedBy(...args);
      expect(loaded.some((path) => path.endsWith('/cli/dist/program.js'))).toBe(true);
      expect(loaded.filter((path) => /\/packages\/(?!cli\/)/.test(path))).toEqual([]);
      expect(loaded.length).toBeLessThan(40);
    }
  });

  it.each([
    [['undo', join(dir, 'nothing')]],
    [['merge', join(dir, 'none.npz'), join(dir, 'out.npz')]],
    [['cluster', join(dir, 'none.npz'), join(dir, 'out')]],
    [['evaluate', join(dir, 'none.json'), '--truth', dir]],
    [['run', '--help']],
  ])('is neither ONNX Runtime nor sharp for %s', (args) => {
    const { loaded } = loadedBy(...args);
    expect(loaded.some((path) => path.includes('/packages/pipeline/dist/'))).toBe(true);
    expect(loaded.filter((path) => NATIVE.test(path))).toEqual([]);
  });

  it.each([
    ['undo', async () => ['undo', await changedOutput()]],
    ['merge', async () => ['merge', await emptyCache(), join(tempDir('loading'), 'merged.npz')]],
    ['cluster', async () => ['cluster', await emptyCache(), join(tempDir('loading'), 'raw')]],
  ])('is neither ONNX Runtime nor sharp for %s that does all of its work', async (_, argsOf) => {
    const { loaded, status, stderr } = loadedBy(...(await argsOf()));
    expect(status, stderr).toBe(0);
    expect(loaded.filter((path) => NATIVE.test(path))).toEqual([]);
  });

  it('is neither of them for finding out who is who, asking and deciding', async () => {
    const cache = join(dir, 'faces.npz');
    await groupPhotos(cache, 60);
    for (const args of [
      ['people', 'list', cache],
      ['people', 'same', cache, '1', '2'],
      ['why', `${cache}.3.jpg`, cache],
      ['find', `${cache}.3.jpg`, cache],
    ]) {
      const { loaded, status, stderr } = loadedBy(...args);
      expect(status, stderr).toBe(0);
      expect(loaded.some((path) => path.includes('/packages/people/dist/'))).toBe(true);
      expect(loaded.filter((path) => NATIVE.test(path))).toEqual([]);
    }
    // Each of them did what it was for.
    expect(readFileSync(`${cache}.decisions.jsonl`, 'utf8').trim().split('\n')).toHaveLength(1);
  });
});
