import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { NpzInput } from '@face-sets/npz';
import { openNpz, writeNpz } from '@face-sets/npz/file';
import { describe, expect, it } from 'vitest';
import {
  CacheFormatError,
  CacheModelMismatchError,
  CacheNotFoundError,
  FaceCacheWriter,
  type OpenFaceCacheOptions,
  readFaceCache,
} from '../src/index.js';
import { build, enrichmentOf, faceRows, imageRecord, newPath, PROVENANCE } from './cache-fixture.js';

describe('a face cache that cannot be right', () => {
  it('refuses other models, embedding lengths and detection settings, naming both', async () => {
    const path = newPath();
    await build(path, 0, 2);
    const other = { name: 'other.onnx', sha256: 'f'.repeat(64) };
    const models = PROVENANCE.models as NonNullable<typeof PROVENANCE.models>;
    for (const [options, reason] of [
      [
        { models: { ...models, recognition: other } },
        /recognition model rec.onnx \(sha256 e{12}…\), not other.onnx/,
      ],
      [{ models: { ...models, detection: other } }, /detection model det.onnx/],
      [{ embeddingDim: 512 }, /embeddings of length 5, not 512/],
      [
        { detection: { sizes: [640], threshold: 0.6, nms: 0.4 } },
        /detection sizes 128\+640, threshold 0.5, nms 0.4, not sizes 640, threshold 0.6/,
      ],
    ] satisfies [Partial<OpenFaceCacheOptions>, RegExp][]) {
      const opening = FaceCacheWriter.open(path, { ...PROVENANCE, ...options });
      await expect(opening).rejects.toThrow(CacheModelMismatchError);
      await expect(FaceCacheWriter.open(path, { ...PROVENANCE, ...options })).rejects.toThrow(reason);
    }
    expect(readdirSync(dirname(path))).toEqual(['faces.npz']);
  });

  it('refuses records, faces and enrichments that are not as they must be, and adds nothing', async () => {
    const writer = await FaceCacheWriter.open(newPath(), PROVENANCE);
    const record = imageRecord(1);
    const [face] = faceRows(1);
    expect(() => writer.addImage({ ...record, sha256: 'XYZ' }, [face])).toThrow(
      'sha256 must be 64 hexadecimal digits',
    );
    expect(() => writer.addImage({ ...record, status: 'noface' }, [face])).toThrow(
      'status noface with 1 faces',
    );
    expect(() => writer.addImage(record, [])).toThrow('status faces with 0 faces');
    expect(() => writer.addImage(record, [{ ...face, embedding: new Float32Array(4) }])).toThrow(
      'embedding has 4 numbers, expected 5',
    );
    expect(() => writer.addImage(record, [{ ...face, bbox: [1, 2, 3, Number.NaN] }])).toThrow(
      'bbox[3] is NaN',
    );
    expect(() => writer.addImage(record, [{ ...face, blur: Number.POSITIVE_INFINITY }])).toThrow(
      'blur is Infinity',
    );
    expect(writer.images.length + writer.faceCount + writer.pendingCount).toBe(0);
    writer.addImage(record, [face]);
    expect(() => writer.addImage({ ...record, path: '/copy.jpg' }, [face])).toThrow('make it an alias');
    expect(() => writer.setEnrichment(0, { ...enrichmentOf(0), pose: new Float32Array(2) })).toThrow(
      'pose has 2 numbers, expected 3',
    );
    expect(() => writer.updateImage(0, { status: 'noface' })).toThrow('status noface with 1 faces');
    expect(writer.pendingCount).toBe(1);
    await writer.close();
    expect(() => writer.addImage(imageRecord(2), faceRows(2))).toThrow('closed');
    await expect(writer.flush()).rejects.toThrow('closed');
    await writer.close();
  });

  it('says what is missing when there is no cache', async () => {
    const path = newPath();
    await expect(FaceCacheWriter.open(path, { tool: 't' })).rejects.toThrow(CacheNotFoundError);
    await expect(readFaceCache(path)).rejects.toThrow(/there is no face cache at .*faces.npz/);
    await expect(readFaceCache(dirname(path))).rejects.toThrow(/cannot read .*: it is a folder \(EISDIR\)/);
    await expect(FaceCacheWriter.open(dirname(path), PROVENANCE)).rejects.toThrow(
      /cannot open .*: it is a folder \(EISDIR\)/,
    );
    await expect(FaceCacheWriter.open(join(path, 'x.npz'), PROVENANCE)).rejects.toThrow(
      /no such file or folder \(ENOENT\)/,
    );
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('refuses a .npz that is not a face cache, or not a complete one', async () => {
    const path = newPath();
    await writeNpz(path, { x: { data: Float32Array.of(1) } });
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow(CacheFormatError);
    await expect(readFaceCache(path)).rejects.toThrow(
      'is a .npz file, but not a face cache: it has no meta.json',
    );
    writeFileSync(path, 'hello');
    await expect(readFaceCache(path)).rejects.toThrow('no zip end record');
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow('no zip end record');
    expect(readFileSync(path, 'utf8')).toBe('hello');
  });

  it('refuses a cache whose members contradict each other', async () => {
    const good = newPath();
    await build(good, 0, 4);
    const npz = await openNpz(good);
    const members: Record<string, NpzInput> = {};
    for (const name of npz.names) {
      members[name] = npz.isArray(name) ? await npz.read(name) : { bytes: await npz.readBytes(name) };
    }
    await npz.close();
    const text = (name: string) => Buffer.from((members[name] as { bytes: Uint8Array }).bytes).toString();
    const meta = JSON.parse(text('meta.json'));
    const bad = newPath();
    for (const [change, reason] of [
      [
        { bbox: { data: new Float32Array(24), shape: [6, 2, 2] } },
        /bbox is <f4 \(6, 2, 2\), expected <f4 \(6, 4\) in C order/,
      ],
      [{ embedding: { data: new Float64Array(30), shape: [6, 5] } }, /embedding is <f8/],
      [
        { image_index: { data: Int32Array.of(1, 2, 2, 3, 1, 3) } },
        /image_index must ascend and stay below 4; face 4 has 1/,
      ],
      [{ image_index: { data: Int32Array.of(1, 2, 2, 3, 3, 4) } }, /face 5 has 4/],
      [
        { 'images.jsonl': { bytes: Buffer.from(`${text('images.jsonl')}{"path":3}\n`) } },
        /images.jsonl line 5: path must be a non-empty string/,
      ],
      [
        { 'images.jsonl': { bytes: Buffer.from(`nonsense\n${text('images.jsonl')}`) } },
        /images.jsonl line 1 is not JSON: nonsense/,
      ],
      [{ 'images.jsonl': { bytes: Buffer.from([0xff, 10]) } }, /not valid UTF-8/],
      [
        { 'meta.json': { bytes: Buffer.from(JSON.stringify({ ...meta, schema: 2 })) } },
        /schema 2, this version reads 1; update/,
      ],
      [
        { 'meta.json': { bytes: Buffer.from(JSON.stringify({ ...meta, enriched_rows: [[0, 7]] })) } },
        /no landmark_2d_106|enriched faces that do not exist/,
      ],
      [
        { 'meta.json': { bytes: Buffer.from(JSON.stringify({ ...meta, models: {} })) } },
        /models.detection must have a name/,
      ],
    ] as const) {
      await writeNpz(bad, { ...members, ...change } as typeof members);
      await expect(readFaceCache(bad)).rejects.toThrow(reason);
      await expect(FaceCacheWriter.open(bad, PROVENANCE)).rejects.toThrow(reason);
    }
    await writeNpz(bad, members);
    expect((await readFaceCache(bad)).faceCount).toBe(6);
  });

  it('never folds a damaged .npz into a sound one, and keeps both files as they are', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('embedding.npy') + 200] ^= 1;
    writeFileSync(path, bytes);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(9), faceRows(9));
    await expect(writer.close()).rejects.toThrow('member "embedding.npy" is damaged');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['faces.npz', 'faces.npz.journal']);
    expect((await readFaceCache(path, { members: ['bbox'] })).images).toHaveLength(9);
  });

  it('notices that the file was replaced while it was open, and keeps the journal', async () => {
    const path = newPath();
    const other = newPath();
    await build(path, 0, 4);
    await build(other, 5, 9);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(20), faceRows(20));
    renameSync(other, path);
    await expect(writer.close()).rejects.toThrow('was replaced by another program');
    expect(readdirSync(dirname(path)).toSorted()).toEqual([basename(path), 'faces.npz.journal']);
    await expect(readFaceCache(path)).rejects.toThrow(/faces.npz.journal does not belong to/);
  });
});
