import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosineDistance, refine } from '@face-sets/cluster';
import { decodeImage, FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import type { GateFailure, RgbImage } from '@face-sets/quality';
import { sharedPath, tempDir } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { shareInside } from '../src/crop-region.js';
import {
  type CacheView,
  cropRegion,
  exportSwap,
  type FaceFinder,
  fileSha256,
  readFsz,
  refineOutcomes,
  singleFaceCrop,
  validateFsz,
  writeRefinedFolders,
} from '../src/index.js';
import { CACHE_FILE } from './drawn-faces.js';

const models = sharedPath('models');
const photos = sharedPath('photos');
const real = describe.skipIf(!models || !photos);

let analyzer: Promise<FaceAnalyzer> | undefined;
const analyze = async () =>
  (analyzer ??= loadModels(models as string, { threads: 2 }).then((m) => new FaceAnalyzer(m)));
const finderOf = (faces: FaceAnalyzer): FaceFinder => ({
  decode: async (path) => (await decodeImage(path)).image,
  find: (image, size) => faces.analyze(image, { sizes: [size] }),
});

/** What embedding some photos gives. */
async function embed(paths: string[], faces: FaceAnalyzer): Promise<CacheView> {
  const images: CacheView['images'][number][] = [];
  const imageIndex: number[] = [];
  const found: Awaited<ReturnType<FaceAnalyzer['analyze']>> = [];
  for (const path of paths) {
    const { image } = await decodeImage(path);
    const here = await faces.analyze(image);
    images.push({
      path,
      pathAliases: [],
      sha256: await fileSha256(path),
      size: readFileSync(path).length,
      mtime: 0,
      width: image.width,
      height: image.height,
      status: here.length > 0 ? 'faces' : 'noface',
    });
    for (const face of here) {
      imageIndex.push(images.length - 1);
      found.push(face);
    }
  }
  const flat = (pick: (face: (typeof found)[number]) => ArrayLike<number>) =>
    Float32Array.from(found.flatMap((face) => Array.from(pick(face))));
  return {
    images,
    faceCount: found.length,
    dim: found[0].embedding.length,
    imageIndex: Int32Array.from(imageIndex),
    embedding: flat((face) => face.embedding),
    bbox: flat((face) => face.bbox),
    kps: flat((face) => face.kps),
    detScore: flat((face) => [face.detScore]),
    blur: flat(() => [200]),
  };
}

async function decodePng(png: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

real('on real photos with real models (needs the development data)', () => {
  it('every PNG of every bundle shows a loader that averages all faces exactly one, the right one', async () => {
    const faces = await analyze();
    const people = ['amy', 'john_simm', 'sheldon'].flatMap((name) =>
      readdirSync(join(photos as string, 'people', name))
        .slice(0, 6)
        .map((file) => join(photos as string, 'people', name, file)),
    );
    const groups = ['bbt4.jpg', 't1.jpg'].map((file) => join(photos as string, 'groups', file));
    const cache = await embed([...people, ...groups], faces);
    const matrix = { data: cache.embedding as Float32Array, rows: cache.faceCount, cols: cache.dim };
    const { outcomes } = await refine<GateFailure>(matrix, { imageIndex: cache.imageIndex, minFaces: 1 });
    const dir = tempDir('real-export');
    const refined = await writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes: refineOutcomes(outcomes),
      out: join(dir, 'refined'),
      options: {},
    });
    const out = join(dir, 'swap');
    const { manifest } = await exportSwap({
      cache,
      cacheFile: CACHE_FILE,
      refine: refined.manifest,
      refineFile: { path: refined.manifestPath, sha256: 'd'.repeat(64) },
      out,
      finder: finderOf(faces),
      options: { minFaceShort: 60, minFaces: 1 },
    });
    expect(manifest.summary.faces).toBeGreaterThanOrEqual(24);
    expect(manifest.facesets.filter((faceset) => faceset.faces >= 5)).toHaveLength(3);
    for (const { folder, id } of manifest.facesets) {
      const bundle = join(out, folder, `${id}_all.fsz`);
      const exported = JSON.parse(readFileSync(join(out, folder, 'manifest.json'), 'utf8'));
      expect(await validateFsz(bundle)).toBe(exported.faces.length);
      for (const [rank, { png }] of (await readFsz(bundle)).entries()) {
        const found = await faces.analyze(await decodePng(png), { sizes: [640] });
        expect(found, `${id} rank ${rank}`).toHaveLength(1);
        const own = { data: found[0].embedding, rows: 1, cols: cache.dim };
        expect(cosineDistance(own, 0, matrix, exported.faces[rank].row)).toBeLessThanOrEqual(0.35);
      }
    }
  });

  it('shows one face in crops whose padding holds a neighbour, at 640 and at 320', async () => {
    const faces = await analyze();
    const finder = finderOf(faces);
    let withNeighbour = 0;
    let rejected = 0;
    const methods = new Set<string>();
    for (const file of ['bbt4.jpg', 'bbt5.jpg']) {
      const { image } = await decodeImage(join(photos as string, 'groups', file));
      const found = await faces.analyze(image);
      for (const face of found) {
        const bbox = Array.from(face.bbox) as unknown as [number, number, number, number];
        const region = cropRegion(bbox, 1.2);
        if (
          !found.some(
            (other) => other !== face && shareInside(Array.from(other.bbox) as typeof bbox, region) > 0.5,
          )
        )
          continue;
        withNeighbour++;
        const result = await singleFaceCrop(image, { bbox, embedding: face.embedding }, finder, {
          padRatio: 1.2,
          verifySizes: [640, 320],
        });
        if ('reason' in result) rejected++;
        else {
          methods.add(result.crop.method);
          expect(await finder.find(result.image, 640)).toHaveLength(1);
          expect(await finder.find(result.image, 320)).toHaveLength(1);
        }
      }
    }
    expect(withNeighbour).toBeGreaterThanOrEqual(8);
    expect(rejected / withNeighbour).toBeLessThanOrEqual(0.1);
    expect(methods).toContain('tightened');
    expect(methods).toContain('masked');
  });
});
