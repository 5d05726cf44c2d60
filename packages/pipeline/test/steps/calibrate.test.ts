import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from '@face-sets/cluster';
import { ForeignFileError } from '@face-sets/files';
import { type PhotoOfTest, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CALIBRATE_DEFAULTS, calibrate, InvalidOptionsError } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-calibrate');
const cache = join(root, 'faces.npz');
/** Photos of two people each. */
const COUPLES = 12;

beforeAll(async () => {
  const couples = Array.from({ length: COUPLES }, (_, i): PhotoOfTest => {
    const face = (who: number, x: number) => ({
      who,
      turn: 4 * i,
      bbox: [x, 40 + 3 * i, x + 130, 200 + 3 * i] as [number, number, number, number],
    });
    return { path: join(root, 'photos', `${i}.png`), faces: [face(0, 20), face(1, 220)] };
  });
  await drawnCache(cache, couples);
});

describe('calibrate', () => {
  it('suggests a threshold from two faces in one photo, and doubts what rests on a few', async () => {
    const { events, onEvent } = listen();
    const result = await calibrate(cache, { onEvent });
    expect(result).toMatchObject({ model: 'drawn', faces: 2 * COUPLES, images: COUPLES, duplicates: null });
    expect(result.pairs.different).toBe(COUPLES);
    const { threshold } = result.suggested;
    expect(threshold).toBeGreaterThan(0);
    expect(threshold).toBeLessThan(1);
    expect(result.doubts).toContainEqual(expect.stringContaining(`only ${COUPLES} pairs`));
    expect(events).toEqual([
      { type: 'start', stage: 'Calibrating', unit: 'faces', interruptible: false },
      { type: 'end', stage: 'Calibrating', summary: `Compared ${2 * COUPLES} faces` },
    ]);
    const looser = await calibrate(cache, { falseMatchRate: 20 * CALIBRATE_DEFAULTS.falseMatchRate });
    expect(looser.suggested.threshold).toBeGreaterThan(threshold);
  });

  it('writes its result and a plot, over its own files and no others', async () => {
    const [out, plot] = [join(root, 'c.json'), join(root, 'c.svg')];
    const result = await calibrate(cache, { out, plot });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      kind: 'calibration',
      model: 'drawn',
      suggested: { threshold: result.suggested.threshold },
    });
    expect(readFileSync(plot, 'utf8')).toMatch(/^<svg /);
    await calibrate(cache, { out, plot });
    writeFileSync(plot, '<svg/>');
    await expect(calibrate(cache, { plot })).rejects.toThrow(ForeignFileError);
    expect(readFileSync(plot, 'utf8')).toBe('<svg/>');
  });

  it('refuses one file for both, and a library without people in one photo', async () => {
    const both = join(root, 'both');
    await expect(calibrate(cache, { out: both, plot: both })).rejects.toThrow(InvalidOptionsError);
    const alone = join(root, 'alone.npz');
    await drawnCache(alone, threePeople(join(root, 'alone')));
    await expect(calibrate(alone)).rejects.toThrow(InvalidArgumentError);
    await expect(calibrate(alone)).rejects.toThrow(/^0 pairs of different people are too few/);
  });
});
