import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../src/program.js';

const REFINE = {
  '--initial-threshold': 0.55,
  '--merge-threshold': 0.4,
  '--outlier-threshold': 0.55,
  '--min-faces': 15,
  '--min-short': 90,
  '--min-blur': 40,
  '--min-det-score': 0.6,
};
const EXPORT = {
  '--pad-ratio': 0.5,
  '--out-size': 512,
  '--min-face-short': 100,
};

async function defaultsOf(name: string): Promise<Record<string, unknown>> {
  const command = (await buildProgram([name])).commands.find((child) => child.name() === name) as Command;
  return Object.fromEntries(command.options.map((option) => [option.long, option.defaultValue]));
}

describe('the defaults', () => {
  it.each([
    ['cluster', { '--threshold': 0.55 }],
    ['refine', REFINE],
    ['export-swap', { ...EXPORT, '--outlier-threshold': 0.45 }],
    ['run', { ...REFINE, ...EXPORT, '--swap-outlier-threshold': 0.45, '--threshold': 0.55 }],
    ['embed', { '--flush-every': 50, '--pack': 'buffalo_l', '--provider': 'cpu' }],
  ])('of %s are those that buffalo_l calls for', async (name, expected) => {
    expect(await defaultsOf(name)).toMatchObject(expected);
  });

  it('of the small bundle are the 30 best', async () => {
    for (const name of ['export-swap', 'run'])
      expect([(await defaultsOf(name))['--top-n']].flat()).toEqual([30]);
  });
});
