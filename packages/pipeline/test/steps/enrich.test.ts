import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheNotFoundError, readFaceCache } from '@face-sets/cache-npz';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { embed, enrich } from '../../src/index.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-enrich');
const embedded = join(root, 'embedded.npz');
let models: string;

beforeAll(async () => {
  models = await toyModels();
  await embed([(await toyLibrary('small')).dir], embedded, { models });
});

/** A copy of the cache without landmarks. */
async function freshCache(name: string): Promise<string> {
  const cache = join(root, name);
  await cp(embedded, cache);
  return cache;
}

describe('enrich', () => {
  it('adds landmarks and pose to all faces, and has nothing to do the second time', async () => {
    const cache = await freshCache('all.npz');
    const { faceCount } = await readFaceCache(cache, { members: [] });
    expect(faceCount).toBeGreaterThan(0);
    const { events, onEvent } = listen();
    expect(await enrich(cache, { models, onEvent })).toEqual({
      ...{ cache, enriched: faceCount, alreadyEnriched: 0 },
      ...{ failures: [], interrupted: false },
    });
    expect(events[0]).toEqual({ type: 'start', stage: 'Enriching', unit: 'photos', interruptible: true });
    const summary = `Enriched ${faceCount} faces`;
    expect(events.at(-1)).toEqual({ type: 'end', stage: 'Enriching', summary });
    const { pose, enriched } = await readFaceCache(cache, { members: ['pose'] });
    expect(enriched.every(Boolean)).toBe(true);
    expect(pose!.some((angle) => Number.isFinite(angle))).toBe(true);
    expect(await enrich(cache, { models })).toMatchObject({ enriched: 0, alreadyEnriched: faceCount });
  });

  it('adds them to the faces of some photos', async () => {
    const cache = await freshCache('some.npz');
    const { images, imageIndex } = await readFaceCache(cache, { members: [] });
    const photo = imageIndex[0]!;
    const inPhoto = imageIndex.filter((image) => image === photo).length;
    const photos = new Set([images[photo]!.sha256]);
    expect(await enrich(cache, { models, photos })).toMatchObject({ enriched: inPhoto });
    const { enriched } = await readFaceCache(cache, { members: [] });
    expect(enriched.filter(Boolean)).toHaveLength(inPhoto);
  });

  it('refuses a cache that does not exist', async () => {
    await expect(enrich(join(root, 'none.npz'), { models })).rejects.toThrow(CacheNotFoundError);
  });
});
