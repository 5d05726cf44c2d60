import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { Help } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const PRELOAD = join(import.meta.dirname, 'list-modules.mjs');
const dir = tempDir('loading');
let runs = 0;

/** The modules that a command loads. */
function loadedBy(...args: string[]): string[] {
  const list = join(dir, `${++runs}.txt`);
  spawnSync(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    env: { ...process.env, LIST_MODULES: list },
  });
  expect(existsSync(list)).toBe(true);
  return readFileSync(list, 'utf8').split('\n').filter(Boolean);
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
      const loaded = loadedBy(...args);
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
    const loaded = loadedBy(...args);
    expect(loaded.some((path) => path.includes('/packages/pipeline/dist/'))).toBe(true);
    expect(loaded.filter((path) => NATIVE.test(path))).toEqual([]);
  });
});
