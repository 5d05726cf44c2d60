import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { FaceCacheWriter, readFaceCache } from '../src/index.js';
import {
  build,
  DIM,
  enrichmentOf,
  faceRows,
  facesOf,
  imageRecord,
  newPath,
  PROVENANCE,
} from './cache-fixture.js';
import { failingDisk } from './failing-disk.js';

describe('a face cache', () => {
  it('gives back what was added, in the order of adding, before and after it is folded', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    for (let i = 0; i < 12; i++) expect(writer.addImage(imageRecord(i), faceRows(i))).toBe(i);
    await writer.flush();
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['faces.npz.journal', 'faces.npz.lock']);
    const flushed = await readFaceCache(path);
    await writer.close();
    expect(readdirSync(dirname(path))).toEqual(['faces.npz']);
    const folded = await readFaceCache(path);
    expect(folded).toEqual(flushed);

    const rows = Array.from({ length: 12 }, (_, i) => faceRows(i)).flat();
    expect(folded.images).toEqual(Array.from({ length: 12 }, (_, i) => imageRecord(i)));
    expect(folded.faceCount).toBe(rows.length);
    expect(folded.dim).toBe(DIM);
    expect([...folded.imageIndex]).toEqual(
      Array.from({ length: 12 }, (_, i) => Array(facesOf(i)).fill(i)).flat(),
    );
    expect([...folded.bbox]).toEqual(rows.flatMap((row) => Array.from(row.bbox)));
    expect([...folded.kps]).toEqual(rows.flatMap((row) => Array.from(row.kps)));
    expect([...folded.detScore]).toEqual(rows.map((row) => row.detScore));
    expect([...folded.blur]).toEqual(rows.map((row) => row.blur));
    expect([...folded.embedding]).toEqual(rows.flatMap((row) => Array.from(row.embedding)));
    expect(folded.landmark2d106).toBeUndefined();
    expect(folded.meta).toEqual({
      schema: 1,
      models: PROVENANCE.models,
      embedding_dim: DIM,
      detection: PROVENANCE.detection,
      tool: 'test 1',
      generation: 12 + rows.length,
    });
  });

  it('is the same, byte for byte, however many sessions, flushes and folds it took', async () => {
    const once = newPath();
    const many = newPath();
    const random = seeded(3);
    const total = 40;
    const faces = Array.from({ length: total }, (_, i) => facesOf(i)).reduce((a, b) => a + b);
    const single = await FaceCacheWriter.open(once, PROVENANCE);
    for (let i = 0; i < total; i++) single.addImage(imageRecord(i), faceRows(i));
    for (let face = 0; face < faces; face++) single.setEnrichment(face, enrichmentOf(face));
    single.updateImage(3, { superseded: true });
    await single.close();

    let writer = await FaceCacheWriter.open(many, PROVENANCE);
    let enriched = 0;
    for (let i = 0; i < total; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      if (random() < 0.5) await writer.flush();
      if (random() < 0.2) await writer.fold();
      while (enriched < writer.faceCount && random() < 0.6)
        writer.setEnrichment(enriched, enrichmentOf(enriched++));
      if (random() < 0.3) {
        await writer.close({ fold: random() < 0.5 });
        writer = await FaceCacheWriter.open(many, PROVENANCE);
      }
    }
    while (enriched < faces) writer.setEnrichment(enriched, enrichmentOf(enriched++));
    writer.updateImage(3, { superseded: true });
    await writer.close();
    expect(readFileSync(many).equals(readFileSync(once))).toBe(true);
  });

  it('of thousands of faces comes out the same, with rows that lie across the pieces in which it is copied', async () => {
    const once = newPath();
    const twice = newPath();
    const [half, total] = [3000, 6001];
    const enriched = (face: number) => face % 3 === 0 || face > 8000;
    const writer = await FaceCacheWriter.open(once, PROVENANCE);
    for (let i = 0; i < total; i++) writer.addImage(imageRecord(i), faceRows(i));
    for (let face = 0; face < writer.faceCount; face++)
      if (enriched(face)) writer.setEnrichment(face, enrichmentOf(face));
    await writer.close();
    const before = await readFaceCache(once);
    expect(before.faceCount).toBeGreaterThan(8500);

    await build(twice, 0, half);
    const first = await FaceCacheWriter.open(twice, PROVENANCE);
    for (let face = 0; face < first.faceCount; face += 3) first.setEnrichment(face, enrichmentOf(1));
    await first.close();
    const second = await FaceCacheWriter.open(twice, PROVENANCE);
    for (let i = half; i < total; i++) second.addImage(imageRecord(i), faceRows(i));
    for (let face = second.faceCount - 1; face >= 0; face--) {
      if (enriched(face)) second.setEnrichment(face, enrichmentOf(face));
    }
    await second.flush();
    const unfolded = await readFaceCache(twice);
    expect(unfolded.images).toEqual(before.images);
    for (const key of ['embedding', 'bbox', 'imageIndex', 'enriched', 'landmark3d68', 'pose'] as const) {
      const [found, expected] = [unfolded[key], before[key]].map((array) =>
        Buffer.from(array?.buffer as ArrayBuffer),
      );
      expect(found.equals(expected), key).toBe(true);
    }
    await second.close();
    expect(readFileSync(twice).equals(readFileSync(once))).toBe(true);
  });

  it('loads only the arrays asked for', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('embedding.npy') + 200] ^= 1;
    writeFileSync(path, bytes);
    const data = await readFaceCache(path, { members: ['bbox', 'detScore'] });
    expect(Object.keys(data)).not.toContain('embedding');
    expect(data.bbox.length).toBe(12 * 4);
    await expect(readFaceCache(path)).rejects.toThrow('member "embedding.npy" is damaged');
    await expect(readFaceCache(path, { members: ['bboxes' as 'bbox'] })).rejects.toThrow(
      'there is no member "bboxes"; expected some of embedding, bbox',
    );
  });

  it('stays as it is, byte for byte and without being rewritten, when nothing is added', async () => {
    const path = newPath();
    await build(path, 0, 5);
    const before = { bytes: readFileSync(path), stat: statSync(path) };
    const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, tool: 'test 2' });
    await writer.flush();
    await writer.fold();
    await writer.close();
    expect(readFileSync(path).equals(before.bytes)).toBe(true);
    expect(statSync(path).ino).toBe(before.stat.ino);
    expect(statSync(path).mtimeMs).toBe(before.stat.mtimeMs);
  });

  it('can be empty, and then be taken over by other models', async () => {
    const path = newPath();
    await build(path, 0, 0);
    expect((await readFaceCache(path)).faceCount).toBe(0);
    const recognition = { name: 'other.onnx', sha256: 'f'.repeat(64) };
    const models = { ...PROVENANCE.models, recognition } as typeof PROVENANCE.models;
    const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, models, embeddingDim: 7 });
    writer.addImage(imageRecord(1), [{ ...faceRows(1)[0], embedding: new Float32Array(7).fill(2) }]);
    await writer.flush();
    expect((await readFaceCache(path)).dim).toBe(7);
    await writer.close();
    const data = await readFaceCache(path);
    expect(data.dim).toBe(7);
    expect(data.meta.models.recognition).toEqual(recognition);
    expect([...data.embedding]).toEqual(Array(7).fill(2));
  });

  it('folds by itself when the journal has grown past its limit', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, journalLimit: 4000 });
    let folds = 0;
    for (let i = 0; i < 60; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      await writer.flush();
      if (!existsSync(`${path}.journal`)) folds++;
      else expect(statSync(`${path}.journal`).size).toBeLessThanOrEqual(4000);
    }
    expect(folds).toBeGreaterThan(2);
    await writer.close();
    expect((await readFaceCache(path)).images.length).toBe(60);
  });

  it('takes what is added at any step of a flush or fold', async () => {
    const path = newPath();
    const [total, steps] = [60, new Set<string>()];
    let writer: FaceCacheWriter | undefined;
    let next = 0;
    const add = (to: FaceCacheWriter) => {
      to.addImage(imageRecord(next), faceRows(next));
      if (next > 3) to.updateImage(next - 3, { mtime: next });
      next++;
    };
    // Not at every step: a fold flushes until nothing more comes, and only then goes on.
    const fileSystem = failingDisk((call, step) => {
      if (writer && (step === 'open' || call % 3 === 0) && next < total) {
        steps.add(step);
        add(writer);
      }
      return null;
    });
    writer = await FaceCacheWriter.open(path, { ...PROVENANCE, fileSystem });
    while (next < total) {
      add(writer);
      await Promise.all([writer.flush(), writer.fold(), writer.flush()]);
    }
    await writer.close();
    expect([...steps].sort()).toEqual(['open', 'rename', 'sync', 'unlink', 'write']);
    const expected = newPath();
    const plain = await FaceCacheWriter.open(expected, PROVENANCE);
    for (let i = 0; i < total; i++)
      plain.addImage(
        { ...imageRecord(i), mtime: i > 0 && i < total - 3 ? i + 3 : imageRecord(i).mtime },
        faceRows(i),
      );
    await plain.close();
    expect(await readFaceCache(path)).toEqual(await readFaceCache(expected));
  });
});
