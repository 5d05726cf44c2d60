import { join } from 'node:path';
import { ManifestError } from '@face-sets/manifests';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, evaluate, PipelineError } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-evaluate');
const photos = join(root, 'photos');
const [right, split] = [join(root, 'right', 'manifest.json'), join(root, 'split', 'manifest.json')];

beforeAll(async () => {
  const cache = join(root, 'faces.npz');
  await drawnCache(cache, [...threePeople(photos), annaAndBen(join(photos, 'both.png'))]);
  await cluster(cache, join(root, 'right'), { mergeThreshold: 0 });
  await cluster(cache, join(root, 'split'), { threshold: 0.001, mergeThreshold: 0 });
});

describe('evaluate', () => {
  it('finds nothing wrong where everyone has a folder of their own', async () => {
    const result = await evaluate(right, { truth: photos });
    expect(result).toMatchObject({ faces: 9, people: 3, clusters: 3, unknown: 2, merged: [], split: [] });
    expect(result.pairwise).toMatchObject({ precision: 1, recall: 1, f1: 1 });
  });

  it('names the people who are split, and the threshold at which they are not', async () => {
    const result = await evaluate(split, { truth: photos, sweep: [0.0005, 0.5] });
    expect(result.pairwise).toMatchObject({ precision: 1, recall: 0 });
    expect(result.split.map(({ person }) => person).sort()).toEqual(['anna', 'ben', 'carl']);
    expect(result.sweep).toMatchObject({ best: 0.5, manifest: 0.001, cache: join(root, 'faces.npz') });
    expect(result.sweep!.thresholds.map(({ threshold, clusters }) => [threshold, clusters])).toContainEqual([
      0.5, 3,
    ]);
  });

  it('refuses labels that are about other photos, and what is not a manifest', async () => {
    const elsewhere = join(root, 'elsewhere');
    await drawnCache(join(root, 'others.npz'), threePeople(elsewhere));
    await expect(evaluate(right, { truth: elsewhere })).rejects.toThrow(PipelineError);
    await expect(evaluate(right, { truth: elsewhere })).rejects.toThrow(/any of the 11 faces/);
    await expect(evaluate(join(root, 'faces.npz'), { truth: photos })).rejects.toThrow(ManifestError);
  });
});
