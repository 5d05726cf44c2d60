import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableProcessors } from '@face-sets/photos';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  FaceModels,
  type MeasuredPlan,
  type ModelFolder,
  readModelFolder,
  tunedPool,
} from '../../src/index.js';

let folder: ModelFolder;

beforeAll(async () => {
  folder = await readModelFolder(await toyModels());
});

describe('tunedPool', () => {
  const severalProcessors = availableProcessors() > 1;

  it.runIf(severalProcessors)(
    'measures once before many photos, and keeps what it found in place of a damaged file',
    async () => {
      const plansFile = join(tempDir(), 'worker-plans.json');
      writeFileSync(plansFile, '{"x": {"workers": -1}, ');
      const measurements: (readonly MeasuredPlan[])[] = [];
      const options = {
        plansFile,
        onMeasured: (measured: readonly MeasuredPlan[]) => measurements.push(measured),
      };
      for (let run = 0; run < 2; run++) {
        const pool = tunedPool(new FaceModels(folder), options);
        await pool.prepare!(1000);
        expect(pool.parallel).toBe(measurements[0][0].workers);
        await pool.close();
      }
      expect(measurements).toHaveLength(1);
      expect(Object.values(JSON.parse(readFileSync(plansFile, 'utf8')))).toEqual([
        { workers: measurements[0][0].workers, threads: measurements[0][0].threads },
      ]);
    },
  );

  it('measures nothing for few photos, nor where the number of threads is given', async () => {
    const plansFile = join(tempDir(), 'worker-plans.json');
    for (const [photos, threads] of [
      [999, undefined],
      [5000, 1],
    ]) {
      const pool = tunedPool(new FaceModels(folder), { plansFile, threads });
      await pool.prepare!(photos!);
      await pool.close();
    }
    expect(existsSync(plansFile)).toBe(false);
  });

  it('works by the rule when it was not told how many photos come', async () => {
    const library = await toyLibrary('small');
    const path = library.photos.find(({ kind, faces }) => kind === 'drawn' && faces.length > 0)!.path;
    const pool = tunedPool(new FaceModels(folder));
    const { faces } = await pool.analyze(new Uint8Array(readFileSync(join(library.dir, path))));
    expect(faces.length).toBeGreaterThan(0);
    await pool.close();
  });
});
