import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { embedLibrary } from '../../src/library/embed-library.js';
import { enrichCache } from '../../src/library/enrich-cache.js';
import { SETTINGS, textEngine } from './text-engine.js';

describe('enrichCache', () => {
  it('enriches only rows that lack landmarks, from the stored boxes, opening each photo once', async () => {
    const dir = tempDir('enrich');
    mkdirSync(join(dir, 'photos'));
    writeFileSync(join(dir, 'photos/a.jpg'), 'anna bert');
    writeFileSync(join(dir, 'photos/b.jpg'), 'carl');
    const engine = textEngine();
    const cache = await FaceCacheWriter.open(join(dir, 'faces.npz'), SETTINGS);
    await embedLibrary([join(dir, 'photos')], cache, engine);
    expect(await enrichCache(cache, engine)).toMatchObject({ enriched: 3, alreadyEnriched: 0, failures: [] });
    expect(engine.landmarked.sort()).toEqual(['anna bert', 'carl']);
    expect(await enrichCache(cache, engine)).toMatchObject({ enriched: 0, alreadyEnriched: 3 });
    await cache.close();
    const data = await readFaceCache(join(dir, 'faces.npz'));
    expect([0, 1, 2].map((face) => data.landmark2d106![face * 212])).toEqual([0, 1, 0]);
    expect(data.pose!.every(Number.isNaN)).toBe(true);
  });

  it('uses another path of a photo when its first is gone, and reports a photo that is nowhere', async () => {
    const dir = tempDir('enrich');
    mkdirSync(join(dir, 'photos'));
    for (const [name, text] of [
      ['a.jpg', 'anna'],
      ['copy.jpg', 'anna'],
      ['c.jpg', 'carl'],
    ]) {
      writeFileSync(join(dir, 'photos', name!), text!);
    }
    const engine = textEngine();
    const cache = await FaceCacheWriter.open(join(dir, 'faces.npz'), SETTINGS);
    await embedLibrary([join(dir, 'photos')], cache, engine);
    rmSync(join(dir, 'photos/a.jpg'));
    rmSync(join(dir, 'photos/c.jpg'));
    const summary = await enrichCache(cache, engine);
    expect(summary.enriched).toBe(1);
    expect(summary.failures).toEqual([
      { path: join(dir, 'photos/c.jpg'), message: 'photo is no longer there' },
    ]);
    await cache.close();
  });
});
