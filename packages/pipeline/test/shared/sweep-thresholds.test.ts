import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, evaluate, InvalidOptionsError, PipelineError, refine } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-sweep');
const truth = join(root, 'photos');
const cache = join(root, 'faces.npz');
const raw = join(root, 'raw', 'manifest.json');
const refined = join(root, 'refined', 'refine_manifest.json');

beforeAll(async () => {
  const [first, ...others] = threePeople(truth);
  const blurry = { ...first!, faces: first!.faces!.map((face) => ({ ...face, blur: 3 })) };
  await drawnCache(cache, [blurry, ...others, annaAndBen(join(truth, 'both.png'))]);
  await cluster(cache, join(root, 'raw'), { threshold: 0.5, mergeThreshold: 0 });
  await refine(cache, join(root, 'refined'), { initialThreshold: 0.3, mergeThreshold: 0.4, minFaces: 2 });
});

describe('A sweep', () => {
  it('has the thresholds in order, that of the manifest among them with what the manifest has', async () => {
    const { events, onEvent } = listen();
    const options = { truth, sweep: [1.9, 0.001, 0.5], onEvent };
    const { sweep, ...own } = await evaluate(raw, options);
    expect(sweep!.thresholds.map(({ threshold }) => threshold)).toEqual([0.001, 0.5, 1.9]);
    expect(sweep).toMatchObject({ cache, manifest: 0.5, best: 0.5 });
    expect(sweep!.thresholds[1]).toMatchObject({
      pairwise: own.pairwise,
      bcubed: own.bcubed,
      merged: 0,
      split: 0,
    });
    expect(sweep!.thresholds[0]).toMatchObject({ merged: 0, split: 3 });
    expect(sweep!.thresholds[2]!.merged).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({ done: 3, total: 3 });
  });

  it('of refine changes the first threshold only, and keeps out what its gates kept out', async () => {
    const { sweep, ...own } = await evaluate(refined, { truth, sweep: [0.001] });
    expect(sweep!.thresholds.map(({ threshold }) => threshold)).toEqual([0.001, 0.3]);
    expect(sweep).toMatchObject({ manifest: 0.3 });
    expect(sweep!.thresholds[1]).toMatchObject({ pairwise: own.pairwise, bcubed: own.bcubed });
    expect(own.pairwise.recall).toBeLessThan(1);
    // The centroids are merged afterwards, whatever the first threshold was.
    expect(sweep!.thresholds[0]!.pairwise).toEqual(own.pairwise);
  });

  it('takes the cache from another place, but no other cache', async () => {
    const away = join(root, 'away.npz');
    renameSync(cache, away);
    try {
      const gone = evaluate(raw, { truth, sweep: [0.4] });
      await expect(gone).rejects.toThrow(PipelineError);
      await expect(gone).rejects.toMatchObject({
        template: `the cache ${cache} is not there; say where it is with \0cache\0`,
      });
      expect((await evaluate(raw, { truth, sweep: [0.4], cache: away })).sweep).toMatchObject({
        cache: away,
      });
      await drawnCache(cache, threePeople(truth));
      await expect(evaluate(raw, { truth, sweep: [0.4] })).rejects.toThrow(
        `${cache} is not the cache that the manifest was made from, or has changed since: make the manifest again`,
      );
    } finally {
      renameSync(away, cache);
    }
  });

  it('is refused for an algorithm without thresholds', async () => {
    await cluster(cache, join(root, 'dense'), { algorithm: 'hdbscan', minClusterSize: 2 });
    const failing = evaluate(join(root, 'dense', 'manifest.json'), { truth, sweep: [0.4] });
    await expect(failing).rejects.toThrow(InvalidOptionsError);
    await expect(failing).rejects.toThrow(
      /^sweep tries thresholds, but this manifest was made by hdbscan, which has none$/,
    );
  });
});
