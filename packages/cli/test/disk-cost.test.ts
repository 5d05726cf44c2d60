import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PipelineEvent, tellDiskCost } from '@face-sets/pipeline';
import { sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { failureLine, inFlags } from '../src/failure.js';
import { faceSets } from './face-sets.js';

interface Cost {
  raw: number;
  refined: number;
  facesets: number;
  cache: number;
  total: number;
  free: number;
  placed: string;
}

/** Bytes that a folder takes by itself: photos that are hard or symbolic links take none. */
function taken(dir: string): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const { size, nlink } = lstatSync(join(entry.parentPath, entry.name));
    if (entry.isFile() && nlink === 1) bytes += size;
  }
  return bytes;
}

describe('What a run says beforehand that it will take', () => {
  const libraries = [
    ['drawn photos', async () => (await toyLibrary('small')).dir, toyModels, ['--min-blur', '0']],
    ['real photos', () => sharedPath('photos')!, () => sharedPath('models')!, []],
  ] as const;

  describe.each(libraries)('of %s', (name, photos, models, gates) => {
    const missing = name === 'real photos' && !(sharedPath('photos') && sharedPath('models'));

    it.skipIf(missing).each(['clone', 'hard', 'sym'])('is enough, with --link %s', async (link) => {
      const out = join(tempDir(), 'out');
      const args = [
        'run',
        await photos(),
        '--out',
        out,
        '--link',
        link,
        '--json',
        '--min-faces',
        '3',
        ...gates,
      ];
      const { code, stdout, stderr } = await faceSets([...args, '--models', await models()]);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/The outputs will take up to \d+ (kB|MB) \(.* are free\)/);
      const { cost } = JSON.parse(stdout) as { cost: Cost };
      const parts = { raw: 'raw', refined: 'refined', facesets: 'facesets_swap_ready' } as const;
      let total = lstatSync(join(out, 'faces.npz')).size;
      for (const [part, folder] of Object.entries(parts)) {
        const bytes = taken(join(out, folder));
        total += bytes;
        // The page itself is not foretold: some 200 kB.
        expect(bytes, part).toBeLessThanOrEqual(cost[part as keyof typeof parts] + 300_000);
      }
      expect(cost.total).toBeGreaterThan(0.8 * total);
      expect(cost.total).toBeLessThan(8 * total);
      if (link !== 'clone') expect(cost.placed).toBe(link);
    });
  });

  it('is told without writing anything or looking for models in a dry run', async () => {
    const out = join(tempDir(), 'not', 'there');
    const photos = (await toyLibrary('small')).dir;
    const args = ['run', photos, '--out', out, '--dry-run', '--models', join(out, 'nowhere'), '--json'];
    const { code, stdout, stderr } = await faceSets(args);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, listed: 23, toOpen: 23 });
    expect(existsSync(join(out, '..'))).toBe(false);
  });

  it('is not said again when nothing is new', async () => {
    const out = tempDir();
    const args = ['run', (await toyLibrary('small')).dir, '--out', out, '--models', await toyModels()];
    expect((await faceSets(args)).stderr).toContain('The outputs will take');
    expect((await faceSets(args)).stderr).not.toContain('The outputs will take');
    const plan = JSON.parse((await faceSets([...args, '--dry-run', '--json'])).stdout);
    expect(plan).toMatchObject({ listed: 23, toOpen: 0 });
  });

  const cost = { raw: 6e9, refined: 4e9, facesets: 2e9, cache: 1e6, total: 12e9, copies: 10e9 };

  it('ends the run where there is not even room for half of it, with what helps', async () => {
    const line = async (hardLinks: boolean) => {
      try {
        tellDiskCost({ ...cost, placed: 'copy', free: 5e9 }, hardLinks, {});
        return '';
      } catch (error) {
        return failureLine(error);
      }
    };
    expect(await line(true)).toMatch(
      /no room: the outputs take up to 12 GB where 5.0 GB are free; --link hard saves 10 GB, or/,
    );
    expect(await line(false)).toMatch(/free; choose another disk/);
  });

  it('is a warning where it may not fit', () => {
    const told: PipelineEvent[] = [];
    tellDiskCost({ ...cost, placed: 'copy', free: 9e9 }, true, { onEvent: (event) => told.push(event) });
    expect(told.map((event) => (event.type === 'warning' ? inFlags(event.template) : event.type))).toEqual([
      expect.stringMatching(/not be enough room.*--link hard saves 10 GB/),
    ]);
  });
});
