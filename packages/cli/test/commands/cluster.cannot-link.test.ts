import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { tempDir } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';

const MODEL = { name: 'drawn', sha256: '0'.repeat(64) };

/** Faces by the angle of their embedding: 55 degrees are a cosine distance of 0.43, 20 degrees 0.06. */
const PHOTOS: Record<string, number[]> = { 'twins.jpg': [0, 55], 'mirror.jpg': [180, 200] };

describe('two faces in one photo', () => {
  const dir = tempDir('cannot-link');
  const cache = join(dir, 'faces.npz');

  beforeAll(async () => {
    const writer = await FaceCacheWriter.open(cache, {
      models: { detection: MODEL, recognition: MODEL },
      detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
      tool: 'test',
      embeddingDim: 2,
    });
    for (const [name, angles] of Object.entries(PHOTOS)) {
      writeFileSync(join(dir, name), name);
      writer.addImage(
        {
          path: join(dir, name),
          pathAliases: [],
          sha256: createHash('sha256').update(name).digest('hex'),
          size: name.length,
          mtime: 0,
          width: 300,
          height: 300,
          status: 'faces',
        },
        angles.map((angle, i) => ({
          bbox: [i * 150, 0, i * 150 + 120, 120],
          kps: new Array(10).fill(50),
          detScore: 0.9,
          blur: 100,
          embedding: Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)),
        })),
      );
    }
    await writer.fold();
    await writer.close();
  });

  let collection: string;

  // What is set for a collection lasts, so each test has its own.
  beforeEach(() => {
    collection = join(tempDir('cannot-link'), 'faces.npz');
    copyFileSync(cache, collection);
  });

  const people = async (command: string, out: string, ...options: string[]) => {
    const { stdout, stderr } = await faceSets([command, collection, join(dir, out), '--json', ...options]);
    expect(stderr).not.toContain('face-sets:');
    return JSON.parse(stdout).summary;
  };

  it('are two people to cluster, unless they are as alike as in a mirror', async () => {
    expect(await people('cluster', 'raw')).toMatchObject({ people: 1, singletons: 2 });
    const { options } = JSON.parse(readFileSync(join(dir, 'raw', 'manifest.json'), 'utf8'));
    expect(options.cannot_link).toBe(true);
    expect(await people('cluster', 'plain', '--no-cannot-link')).toMatchObject({ people: 2, singletons: 0 });
    expect(await people('cluster', 'still')).toMatchObject({ people: 2, singletons: 0 });
    expect(await people('cluster', 'again', '--cannot-link')).toMatchObject({ faces: 3, singletons: 1 });
  });

  it('are two people to refine', async () => {
    const loose = ['--min-faces', '1'];
    expect(await people('refine', 'refined', ...loose)).toMatchObject({
      facesets: 1,
      rejected_by: { unmatched: 2 },
    });
    expect(await people('refine', 'plainly', ...loose, '--no-cannot-link')).toMatchObject({ facesets: 2 });
  });

  it('are two people to refine after hdbscan, which takes no threshold of the first clustering', async () => {
    const dense = ['--min-faces', '1', '--algorithm', 'hdbscan', '--merge-threshold', '0.5'];
    expect(await people('refine', 'dense', ...dense)).toMatchObject({ facesets: 1 });
    expect(await people('refine', 'near', ...dense, '--no-cannot-link')).toMatchObject({ facesets: 2 });
    const { code, stderr } = await faceSets([
      'refine',
      cache,
      join(dir, 'x'),
      ...dense,
      '--initial-threshold',
      '0.9',
    ]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^face-sets: --initial-threshold is for .*\n$/),
    ]);
  });
});
