import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pythonWith, seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  CacheFormatError,
  CacheModelMismatchError,
  CacheNotFoundError,
  decodeNpz,
  FaceCacheWriter,
  type NpzInput,
  type OpenFaceCacheOptions,
  openNpz,
  readFaceCache,
  writeNpz,
} from '../src/index.js';
import { DIM, enrichmentOf, faceRows, facesOf, imageRecord, MAKING } from './cache-fixture.js';

const python = pythonWith('numpy');

function newPath(): string {
  return join(tempDir('cache'), 'faces.npz');
}

async function build(path: string, from: number, to: number, options = MAKING): Promise<void> {
  const writer = await FaceCacheWriter.open(path, options);
  for (let i = from; i < to; i++) writer.addImage(imageRecord(i), faceRows(i));
  await writer.close();
}

describe('a face cache', () => {
  it('gives back what was added, in the order of adding, before and after it is folded', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, MAKING);
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
      models: MAKING.models,
      embedding_dim: DIM,
      detection: MAKING.detection,
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
    const single = await FaceCacheWriter.open(once, MAKING);
    for (let i = 0; i < total; i++) single.addImage(imageRecord(i), faceRows(i));
    for (let face = 0; face < faces; face++) single.setEnrichment(face, enrichmentOf(face));
    single.updateImage(3, { superseded: true });
    await single.close();

    let writer = await FaceCacheWriter.open(many, MAKING);
    let enriched = 0;
    for (let i = 0; i < total; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      if (random() < 0.5) await writer.flush();
      if (random() < 0.2) await writer.fold();
      while (enriched < writer.faceCount && random() < 0.6)
        writer.setEnrichment(enriched, enrichmentOf(enriched++));
      if (random() < 0.3) {
        await writer.close({ fold: random() < 0.5 });
        writer = await FaceCacheWriter.open(many, MAKING);
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
    const writer = await FaceCacheWriter.open(once, MAKING);
    for (let i = 0; i < total; i++) writer.addImage(imageRecord(i), faceRows(i));
    for (let face = 0; face < writer.faceCount; face++)
      if (enriched(face)) writer.setEnrichment(face, enrichmentOf(face));
    await writer.close();
    const before = await readFaceCache(once);
    expect(before.faceCount).toBeGreaterThan(8500);

    await build(twice, 0, half);
    const first = await FaceCacheWriter.open(twice, MAKING);
    for (let face = 0; face < first.faceCount; face += 3) first.setEnrichment(face, enrichmentOf(1));
    await first.close();
    const second = await FaceCacheWriter.open(twice, MAKING);
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
    const writer = await FaceCacheWriter.open(path, { ...MAKING, tool: 'test 2' });
    await writer.flush();
    await writer.fold();
    await writer.close();
    expect(readFileSync(path).equals(before.bytes)).toBe(true);
    expect(statSync(path).ino).toBe(before.stat.ino);
    expect(statSync(path).mtimeMs).toBe(before.stat.mtimeMs);
  });

  it('is readable by its owner alone, and so are its journal and lock', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, MAKING);
    writer.addImage(imageRecord(1), faceRows(1));
    await writer.flush();
    for (const suffix of ['.journal', '.lock']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    await writer.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('can be empty, and then be taken over by other models', async () => {
    const path = newPath();
    await build(path, 0, 0);
    expect((await readFaceCache(path)).faceCount).toBe(0);
    const recognition = { name: 'other.onnx', sha256: 'f'.repeat(64) };
    const models = { ...MAKING.models, recognition } as typeof MAKING.models;
    const writer = await FaceCacheWriter.open(path, { ...MAKING, models, embeddingDim: 7 });
    writer.addImage(imageRecord(1), [{ ...faceRows(1)[0], embedding: new Float32Array(7).fill(2) }]);
    await writer.flush();
    expect((await readFaceCache(path)).dim).toBe(7);
    await writer.close();
    const data = await readFaceCache(path);
    expect(data.dim).toBe(7);
    expect(data.meta.models.recognition).toEqual(recognition);
    expect([...data.embedding]).toEqual(Array(7).fill(2));
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

  it('folds by itself when the journal has grown past its limit', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, { ...MAKING, journalLimit: 4000 });
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

  it('takes what is added while a flush or fold is under way', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, MAKING);
    const waits: Promise<void>[] = [];
    for (let i = 0; i < 60; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      if (i > 3) writer.updateImage(i - 3, { mtime: i });
      waits.push(i % 7 === 0 ? writer.fold() : writer.flush());
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(waits);
    await writer.close();
    const expected = newPath();
    const plain = await FaceCacheWriter.open(expected, MAKING);
    for (let i = 0; i < 60; i++)
      plain.addImage(
        { ...imageRecord(i), mtime: i > 0 && i < 57 ? i + 3 : imageRecord(i).mtime },
        faceRows(i),
      );
    await plain.close();
    expect(await readFaceCache(path)).toEqual(await readFaceCache(expected));
  });

  it.skipIf(!python)('is what numpy.load expects (skipped without Python and NumPy)', async () => {
    const path = newPath();
    await build(path, 0, 9);
    const writer = await FaceCacheWriter.open(path, MAKING);
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
    expect(meta.models).toEqual(MAKING.models);
    expect(meta.enriched_rows).toEqual([[0, 4]]);
    expect(embedding.flat()).toEqual([...(await readFaceCache(path)).embedding]);
    expect(noPose).toEqual([false, false, true, false, ...Array(8).fill(true)]);
  });
});

describe('FaceCacheWriter', () => {
  it('finds images by path, alias and content, and faces by image', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const writer = await FaceCacheWriter.open(path, MAKING);
    writer.addImage(imageRecord(8), []);
    expect(writer.imageByPath(imageRecord(7).path)).toBe(7);
    expect(writer.imageByPath('/copies/5.jpg')).toBe(5);
    expect(writer.imageByPath('/nowhere.jpg')).toBeUndefined();
    expect(writer.imageBySha256(imageRecord(8).sha256)).toBe(8);
    expect(writer.facesOfImage(3)).toEqual([3, 4, 5]);
    expect(writer.facesOfImage(4)).toEqual([]);
    expect(writer.facesOfImage(8)).toEqual([]);
    expect([...writer.faceBox(5)]).toEqual(faceRows(3)[2].bbox);
    expect(Array.from({ length: 12 }, (_, face) => writer.imageOfFace(face))).toEqual([
      1, 2, 2, 3, 3, 3, 5, 6, 6, 7, 7, 7,
    ]);
    expect(() => writer.faceBox(12)).toThrow('there is no face 12; the cache has 12');
    expect(() => writer.facesOfImage(9)).toThrow('there is no image 9; the cache has 9');
    await writer.close();
  });

  it('keeps a changed file as superseded and its new content as another image', async () => {
    const path = newPath();
    await build(path, 0, 4);
    const writer = await FaceCacheWriter.open(path, MAKING);
    const changed = { ...imageRecord(50), path: imageRecord(1).path };
    expect(() => writer.addImage(changed, faceRows(50))).toThrow('is already image 1');
    writer.updateImage(1, { superseded: true });
    expect(writer.imageByPath(changed.path)).toBeUndefined();
    expect(writer.addImage(changed, faceRows(50))).toBe(4);
    expect(writer.imageByPath(changed.path)).toBe(4);
    expect(writer.imageBySha256(imageRecord(1).sha256)).toBe(1);
    await writer.close();
    const again = await FaceCacheWriter.open(path, MAKING);
    expect(again.imageByPath(changed.path)).toBe(4);
    expect(again.images[1].superseded).toBe(true);
    // The old content comes back elsewhere.
    again.updateImage(1, { superseded: undefined, path: '/moved.jpg' });
    expect(again.imageByPath('/moved.jpg')).toBe(1);
    await again.close();
    expect((await readFaceCache(path)).images[1]).toEqual({ ...imageRecord(1), path: '/moved.jpg' });
  });

  it('follows moved files and new aliases', async () => {
    const path = newPath();
    await build(path, 0, 6);
    const writer = await FaceCacheWriter.open(path, MAKING);
    writer.updateImage(5, { path: '/new/5.jpg', pathAliases: ['/new/5b.jpg'], mtime: 7 });
    await writer.close({ fold: false });
    const again = await FaceCacheWriter.open(path, MAKING);
    expect(again.imageByPath('/new/5b.jpg')).toBe(5);
    expect(again.imageByPath('/copies/5.jpg')).toBeUndefined();
    await again.close();
    expect((await readFaceCache(path)).images[5]).toEqual({
      ...imageRecord(5),
      path: '/new/5.jpg',
      pathAliases: ['/new/5b.jpg'],
      mtime: 7,
    });
  });

  it('keeps errors, rotation, truncation, the times of aliases and fields of later versions', async () => {
    const path = newPath();
    const record = {
      ...imageRecord(0),
      sha256: '',
      status: 'error' as const,
      error: 'not an image',
      rotation: 90,
      truncated: true,
      pathAliases: ['/alias', '/alias 2'],
      aliasMtimes: [5.5, -1],
      extra: { lens: { name: 'x' } },
    };
    const writer = await FaceCacheWriter.open(path, MAKING);
    writer.addImage(record);
    const other = { ...record, path: '/other', pathAliases: [] };
    expect(() => writer.addImage(other)).toThrow('alias_mtimes must be one number for each');
    writer.addImage({ ...other, aliasMtimes: undefined });
    await writer.close();
    expect((await readFaceCache(path)).images[0]).toEqual(record);
  });

  it('remembers which faces were enriched, also those that could not be', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const landmark_2d_106 = { name: '2d.onnx', sha256: 'a'.repeat(64) };
    const models = { ...MAKING.models, landmark_2d_106 } as typeof MAKING.models;
    let writer = await FaceCacheWriter.open(path, { tool: 'enrich 1', models });
    for (const face of [2, 9, 4]) writer.setEnrichment(face, enrichmentOf(face));
    await writer.close({ fold: false });
    writer = await FaceCacheWriter.open(path, { tool: 'enrich 1' });
    writer.setEnrichment(4, enrichmentOf(1));
    await writer.close();
    writer = await FaceCacheWriter.open(path, { tool: 'enrich 1' });
    expect([2, 3, 4, 9, 11].map((face) => writer.isEnriched(face))).toEqual([true, false, true, true, false]);
    await writer.close();
    const data = await readFaceCache(path);
    expect([...data.enriched]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
    expect([...(data.pose as Float32Array).slice(12, 15)]).toEqual([1, 2, 3]);
    expect([...(data.pose as Float32Array).slice(6, 9)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...(data.landmark3d68 as Float32Array).slice(9 * 204, 10 * 204)]).toEqual([
      ...(enrichmentOf(9).landmark3d68 as Float32Array),
    ]);
    expect(data.meta.models.landmark_2d_106).toEqual(landmark_2d_106);
    expect(data.meta.tool).toBe('enrich 1');
  });

  it('refuses other models, embedding lengths and detection settings, naming both', async () => {
    const path = newPath();
    await build(path, 0, 2);
    const other = { name: 'other.onnx', sha256: 'f'.repeat(64) };
    const models = MAKING.models as NonNullable<typeof MAKING.models>;
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
      const opening = FaceCacheWriter.open(path, { ...MAKING, ...options });
      await expect(opening).rejects.toThrow(CacheModelMismatchError);
      await expect(FaceCacheWriter.open(path, { ...MAKING, ...options })).rejects.toThrow(reason);
    }
    expect(readdirSync(dirname(path))).toEqual(['faces.npz']);
  });

  it('refuses records, faces and enrichments that are not as they must be, and adds nothing', async () => {
    const writer = await FaceCacheWriter.open(newPath(), MAKING);
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

  it('does not share memory with what it was given', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, MAKING);
    const [face] = faceRows(1);
    const record = imageRecord(1);
    writer.addImage(record, [face]);
    face.embedding.fill(9);
    record.pathAliases.push('/x');
    await writer.close();
    const data = await readFaceCache(path);
    expect([...data.embedding]).toEqual([...faceRows(1)[0].embedding]);
    expect(data.images[0]).toEqual(imageRecord(1));
  });

  it('says what is missing when there is no cache', async () => {
    const path = newPath();
    await expect(FaceCacheWriter.open(path, { tool: 't' })).rejects.toThrow(CacheNotFoundError);
    await expect(readFaceCache(path)).rejects.toThrow(/there is no face cache at .*faces.npz/);
    await expect(readFaceCache(dirname(path))).rejects.toThrow(/cannot read .*: it is a folder \(EISDIR\)/);
    await expect(FaceCacheWriter.open(dirname(path), MAKING)).rejects.toThrow(
      /cannot open .*: it is a folder \(EISDIR\)/,
    );
    await expect(FaceCacheWriter.open(join(path, 'x.npz'), MAKING)).rejects.toThrow(
      /no such file or folder \(ENOENT\)/,
    );
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('refuses a .npz that is no face cache, or not a whole one', async () => {
    const path = newPath();
    await writeNpz(path, { x: { data: Float32Array.of(1) } });
    await expect(FaceCacheWriter.open(path, MAKING)).rejects.toThrow(CacheFormatError);
    await expect(readFaceCache(path)).rejects.toThrow('is a .npz, but no face cache: it has no meta.json');
    writeFileSync(path, 'hello');
    await expect(readFaceCache(path)).rejects.toThrow('no zip end record');
    await expect(FaceCacheWriter.open(path, MAKING)).rejects.toThrow('no zip end record');
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
        /images.jsonl line 5: path must be a text/,
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
        /no landmark_2d_106|enriched that are not there/,
      ],
      [
        { 'meta.json': { bytes: Buffer.from(JSON.stringify({ ...meta, models: {} })) } },
        /models.detection must have a name/,
      ],
    ] as const) {
      await writeNpz(bad, { ...members, ...change } as typeof members);
      await expect(readFaceCache(bad)).rejects.toThrow(reason);
      await expect(FaceCacheWriter.open(bad, MAKING)).rejects.toThrow(reason);
    }
    await writeNpz(bad, members);
    expect((await readFaceCache(bad)).faceCount).toBe(6);
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

  it('never folds a damaged .npz into a sound one, and keeps both files as they are', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('embedding.npy') + 200] ^= 1;
    writeFileSync(path, bytes);
    const writer = await FaceCacheWriter.open(path, MAKING);
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
    const writer = await FaceCacheWriter.open(path, MAKING);
    writer.addImage(imageRecord(20), faceRows(20));
    renameSync(other, path);
    await expect(writer.close()).rejects.toThrow('was replaced by another program');
    expect(readdirSync(dirname(path)).toSorted()).toEqual([basename(path), 'faces.npz.journal']);
    await expect(readFaceCache(path)).rejects.toThrow(/faces.npz.journal does not belong to/);
  });
});
