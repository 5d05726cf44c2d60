import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeNpz } from '@face-sets/npz';
import { openNpz, writeNpz } from '@face-sets/npz/file';
import { pythonWith, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { FaceCacheWriter, readFaceCache } from '../src/index.js';
import { build, DIM, enrichmentOf, faceRows, imageRecord, newPath, PROVENANCE } from './cache-fixture.js';

const python = pythonWith('numpy');

describe('the file of a face cache', () => {
  it('is readable by its owner alone, and so are its journal and lock', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(1), faceRows(1));
    await writer.flush();
    for (const suffix of ['.journal', '.lock']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    await writer.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('can be opened through a link, which stays a link', async () => {
    const path = newPath();
    const link = join(tempDir('cache'), 'link.npz');
    await build(path, 0, 2);
    symlinkSync(path, link);
    await build(link, 2, 4);
    expect((await readFaceCache(link)).images.length).toBe(4);
    expect((await readFaceCache(path)).images.length).toBe(4);
    expect(readdirSync(dirname(link))).toEqual(['link.npz']);
  });

  it.skipIf(!python)('is what numpy.load expects (skipped without Python and NumPy)', async () => {
    const path = newPath();
    await build(path, 0, 9);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    for (let face = 0; face < 4; face++) writer.setEnrichment(face, enrichmentOf(face));
    await writer.close();
    const out = execFileSync(
      python as string,
      [
        '-c',
        `import json, sys, numpy as np
with np.load(sys.argv[1], allow_pickle=False) as z:
    arrays = {k: [str(z[k].dtype), z[k].shape] for k in z.files if '.' not in k}
    lines = [json.loads(l) for l in z['images.jsonl'].decode().splitlines()]
    print(json.dumps([arrays, lines, json.loads(z['meta.json']), z['embedding'].tolist(), np.isnan(z['pose'][:, 0]).tolist()]))`,
        path,
      ],
      { encoding: 'utf8' },
    );
    const [arrays, lines, meta, embedding, noPose] = JSON.parse(out);
    const n = 12;
    expect(arrays).toEqual({
      embedding: ['float32', [n, DIM]],
      bbox: ['float32', [n, 4]],
      kps: ['float32', [n, 5, 2]],
      det_score: ['float32', [n]],
      blur: ['float32', [n]],
      image_index: ['int32', [n]],
      landmark_2d_106: ['float32', [n, 106, 2]],
      landmark_3d_68: ['float32', [n, 68, 3]],
      pose: ['float32', [n, 3]],
    });
    expect(lines[5]).toEqual({
      path: imageRecord(5).path,
      path_aliases: ['/copies/5.jpg'],
      sha256: imageRecord(5).sha256,
      size: 1005,
      mtime: 1_700_000_000_005.5,
      width: 640,
      height: 480,
      status: 'faces',
    });
    expect(lines.length).toBe(9);
    expect(meta.schema).toBe(1);
    expect(meta.models).toEqual(PROVENANCE.models);
    expect(meta.enriched_rows).toEqual([[0, 4]]);
    expect(embedding.flat()).toEqual([...(await readFaceCache(path)).embedding]);
    expect(noPose).toEqual([false, false, true, false, ...Array(8).fill(true)]);
  });

  it('goes on with a cache that was deflated by another tool', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const npz = await openNpz(path);
    const members = new Map();
    for (const name of npz.names) {
      members.set(name, npz.isArray(name) ? await npz.read(name) : { bytes: await npz.readBytes(name) });
    }
    await npz.close();
    await writeNpz(path, members, { compressed: true });
    expect(JSON.parse(Buffer.from(decodeNpz(readFileSync(path)).files['meta.json']).toString()).schema).toBe(
      1,
    );
    await build(path, 8, 12);
    const whole = newPath();
    await build(whole, 0, 12);
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true);
  });
});
