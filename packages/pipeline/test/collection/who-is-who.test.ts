import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CacheLockedError, FaceCacheWriter, LockFile, readFaceCache } from '@face-sets/cache-npz';
import { nodeFileSystem } from '@face-sets/files';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { cluster, namePerson, refine } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

let root: string;
let cache: string;
const at = (...parts: string[]) => join(root, ...parts);
const peopleIn = (out: string): { id: string; label?: string; faces: { sha256: string }[] }[] =>
  JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')).people;

beforeEach(async () => {
  root = tempDir('who-is-who');
  cache = at('faces.npz');
  await drawnCache(cache, threePeople(at('photos')));
});

describe('Who is who', () => {
  it('has one number in raw and refined folders, whatever order and size would say', async () => {
    await cluster(cache, at('raw'));
    await namePerson(cache, '2', { name: 'Ben' });
    await drawnCache(cache, [annaAndBen(at('photos', 'both.png'))]);
    await cluster(cache, at('raw'), { recluster: true });
    await refine(cache, at('refined'), { minFaces: 4 });
    const { facesets } = JSON.parse(readFileSync(at('refined', 'refine_manifest.json'), 'utf8'));
    const named = peopleIn(at('raw')).map(({ id, label }) => [id, label]);
    expect(named).toEqual([
      ['person_001', undefined],
      ['person_002', 'Ben'],
      ['person_003', undefined],
    ]);
    expect(facesets.map(({ id, label }: { id: string; label?: string }) => [id, label])).toEqual([
      ['faceset_001', undefined],
      ['faceset_002', 'Ben'],
    ]);
  });

  it('is inherited by a photo whose file was written anew, with the same faces', async () => {
    await cluster(cache, at('raw'));
    await namePerson(cache, '1', { name: 'Anna' });
    // Other metadata, the same picture: another file of the same size of picture at the same path.
    const [first] = threePeople(at('photos'));
    const sha256 = 'f'.repeat(64);
    const { meta, embedding, dim } = await readFaceCache(cache, { members: ['embedding'] });
    const { models, detection, tool } = meta;
    const settings = { models, detection, tool, embeddingDim: dim };
    const writer = await FaceCacheWriter.open(cache, settings);
    writer.updateImage(writer.imageByPath(first!.path)!, { superseded: true });
    const photo = first!.faces![0]!;
    writer.addImage(
      {
        ...{ path: first!.path, pathAliases: [], sha256, size: 1, mtime: 1, width: 400, height: 300 },
        status: 'faces',
      },
      [
        {
          bbox: photo.bbox,
          kps: new Float32Array(10),
          detScore: 0.9,
          blur: 200,
          embedding: embedding.slice(0, dim),
        },
      ],
    );
    await writer.close();
    await cluster(cache, at('raw'));
    const [anna] = peopleIn(at('raw'));
    expect(anna).toMatchObject({ id: 'person_001', label: 'Anna' });
    expect(anna!.faces.map((face) => face.sha256)).toContain(sha256);
    expect(anna!.faces).toHaveLength(3);
  });

  it('is written by one process at a time, and says which', async () => {
    const busy = { what: 'this collection', instead: '' };
    const lock = await LockFile.acquire(nodeFileSystem, `${cache}.people.lock`, busy);
    try {
      const failing = cluster(cache, at('raw'));
      await expect(failing).rejects.toThrow(CacheLockedError);
      await expect(failing).rejects.toThrow(`this collection is being written by process ${process.pid}`);
    } finally {
      await lock.release();
    }
    expect((await cluster(cache, at('raw'))).summary.people).toBe(3);
  });

  it('keeps numbers and names through another threshold, and says that everyone is clustered anew', async () => {
    await cluster(cache, at('raw'));
    await namePerson(cache, '3', { name: 'Carl' });
    const { texts, onEvent } = listen();
    await cluster(cache, at('raw'), { threshold: 0.3, onEvent });
    expect(texts('notice')).toEqual([
      'Clustering everyone anew (threshold 0.55 → 0.3); people keep their numbers and names',
    ]);
    expect(peopleIn(at('raw'))[2]).toMatchObject({ id: 'person_003', label: 'Carl' });
    expect((await cluster(cache, at('raw'))).upToDate).toBe(true);
  });
});
