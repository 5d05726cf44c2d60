import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { seeded, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const MODEL = { name: 'drawn', sha256: '0'.repeat(64) };
const DIM = 16;

/** A cache of one face a photo: `people` people of whom each has so many photos, near their own axis. */
async function drawnCache(path: string, people: number, each: number): Promise<void> {
  const random = seeded(17);
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: MODEL, recognition: MODEL },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: DIM,
  });
  for (let i = 0; i < people * each; i++) {
    const name = `${path}.${i}.jpg`;
    writeFileSync(name, name);
    const embedding = Float32Array.from({ length: DIM }, (_, k) => (k === i % people ? 1 : 0.15 * random()));
    writer.addImage(
      {
        path: name,
        pathAliases: [],
        sha256: createHash('sha256').update(name).digest('hex'),
        size: name.length,
        mtime: 0,
        width: 300,
        height: 300,
        status: 'faces',
      },
      [{ bbox: [0, 0, 120, 120], kps: new Array(10).fill(50), detScore: 0.9, blur: 100, embedding }],
    );
  }
  await writer.close();
}

describe('face-sets cluster and refine --algorithm', () => {
  const dir = tempDir('algorithm');
  const cache = join(dir, 'faces.npz');

  beforeAll(async () => {
    await drawnCache(cache, 3, 12);
  });

  const run = async (command: string, out: string, ...options: string[]) => {
    // What is set for a collection lasts, so each output has one of its own.
    const own = join(dir, `${out}.npz`);
    if (!existsSync(own)) copyFileSync(cache, own);
    const { code, stdout, stderr } = await faceSets([command, own, join(dir, out), '--json', ...options]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  const optionsOf = (out: string, name: string) =>
    JSON.parse(readFileSync(join(dir, out, name), 'utf8')).options;

  it('finds the people with every algorithm and linkage, and records which', async () => {
    for (const linkage of ['average', 'complete', 'single']) {
      const { summary } = await run('cluster', linkage, '--linkage', linkage, '--threshold', '0.4');
      expect(summary).toMatchObject({ people: 3, singletons: 0 });
      const recorded = { algorithm: 'agglomerative', metric: 'cosine', linkage, threshold: 0.4 };
      expect(optionsOf(linkage, 'manifest.json')).toMatchObject(recorded);
    }
    const { summary } = await run('cluster', 'dense', '--algorithm', 'hdbscan', '--min-cluster-size', '4');
    expect(summary).toMatchObject({ people: 3 });
    const options = optionsOf('dense', 'manifest.json');
    expect(options).toMatchObject({ algorithm: 'hdbscan', min_cluster_size: 4, min_samples: 4 });
    expect(options).not.toHaveProperty('threshold');
  });

  it('drops no face that hdbscan takes for noise', async () => {
    const noise = ['--algorithm', 'hdbscan', '--min-cluster-size', '30'];
    const { summary } = await run('cluster', 'noise', ...noise, '--merge-threshold', '0');
    expect(summary.singletons).toBeGreaterThan(0);
    expect(summary.faces + summary.singletons).toBe(36);
  });

  it('starts refine with what was chosen', async () => {
    const loose = ['--min-faces', '3', '--quiet'];
    const dense = await run('refine', 'refined', '--algorithm', 'hdbscan', '--min-samples', '3', ...loose);
    expect(dense.summary.facesets).toBe(3);
    const options = optionsOf('refined', 'refine_manifest.json');
    expect(options).toMatchObject({ algorithm: 'hdbscan', min_cluster_size: 5, min_samples: 3 });
    expect(options).not.toHaveProperty('initial_threshold');
    const complete = await run('refine', 'complete-refined', '--linkage', 'complete', ...loose);
    expect(complete.summary.facesets).toBe(3);
    expect(optionsOf('complete-refined', 'refine_manifest.json').linkage).toBe('complete');
  });

  it('is done again with another algorithm, and not with the same', async () => {
    const args = ['cluster', 'again', '--linkage'] as const;
    expect((await run(args[0], args[1], args[2], 'average')).upToDate).toBe(false);
    expect((await run(args[0], args[1], args[2], 'average')).upToDate).toBe(true);
    expect((await run(args[0], args[1], args[2], 'single')).upToDate).toBe(false);
  });

  it('says in one line what does not go together, and how many faces hdbscan takes', async () => {
    const large = join(dir, 'large.npz');
    await drawnCache(large, 7, 144);
    for (const [path, options, code, message] of [
      [cache, ['--min-samples', '3'], 2, /--min-samples are for --algorithm hdbscan/],
      [
        cache,
        ['--algorithm', 'hdbscan', '--linkage', 'single'],
        2,
        /--linkage is for --algorithm agglomerative/,
      ],
      [
        cache,
        ['--algorithm', 'hdbscan', '--threshold', '0.4'],
        2,
        /--threshold is for --algorithm agglomerative; hdbscan finds its own/,
      ],
      [cache, ['--algorithm', 'kmeans'], 2, /Allowed choices are agglomerative, hdbscan/],
      [cache, ['--algorithm', 'hdbscan', '--min-cluster-size', '1'], 2, /whole number of at least 2/],
      [large, ['--algorithm', 'hdbscan'], 1, /at most 1000 different faces, got 1008.*agglomerative/],
    ] as const) {
      const found = await faceSets(['cluster', path, join(dir, 'bad'), ...options, '--quiet']);
      expect(found.code, found.stderr).toBe(code);
      expect(found.stderr).toMatch(message);
      expect(
        found.stderr
          .trim()
          .split('\n')
          .filter((line) => !line.startsWith('Warning: ')),
      ).toHaveLength(1);
    }
  });
});
