import { describe, expect, it } from 'vitest';
import { FaceCacheWriter, readFaceCache } from '../../src/index.js';
import { build, enrichmentOf, faceRows, imageRecord, newPath, PROVENANCE } from '../cache-fixture.js';

describe('FaceCacheWriter', () => {
  it('finds images by path, alias and content, and faces by image', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
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
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    const changed = { ...imageRecord(50), path: imageRecord(1).path };
    expect(() => writer.addImage(changed, faceRows(50))).toThrow('is already image 1');
    writer.updateImage(1, { superseded: true });
    expect(writer.imageByPath(changed.path)).toBeUndefined();
    expect(writer.addImage(changed, faceRows(50))).toBe(4);
    expect(writer.imageByPath(changed.path)).toBe(4);
    expect(writer.imageBySha256(imageRecord(1).sha256)).toBe(1);
    await writer.close();
    const again = await FaceCacheWriter.open(path, PROVENANCE);
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
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.updateImage(5, { path: '/new/5.jpg', pathAliases: ['/new/5b.jpg'], mtime: 7 });
    await writer.close({ fold: false });
    const again = await FaceCacheWriter.open(path, PROVENANCE);
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
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(record);
    const other = { ...record, path: '/other', pathAliases: [] };
    expect(() => writer.addImage(other)).toThrow('alias_mtimes must be one number for each');
    writer.addImage({ ...other, aliasMtimes: undefined });
    await writer.close();
    expect((await readFaceCache(path)).images[0]).toEqual(record);
  });

  it('tells a photo that is best as it is from one that was not looked at turned', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    for (const [i, rotation] of [undefined, 0, 270].entries()) {
      writer.addImage({ ...imageRecord(i), status: 'noface', ...(rotation !== undefined && { rotation }) });
    }
    await writer.close();
    const { images } = await readFaceCache(path);
    expect(images.map(({ rotation }) => rotation)).toEqual([undefined, 0, 270]);
  });

  it('remembers which faces were enriched, also those that could not be', async () => {
    const path = newPath();
    await build(path, 0, 8);
    const landmark_2d_106 = { name: '2d.onnx', sha256: 'a'.repeat(64) };
    const models = { ...PROVENANCE.models, landmark_2d_106 } as typeof PROVENANCE.models;
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

  it('does not share memory with what it was given', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
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
});
