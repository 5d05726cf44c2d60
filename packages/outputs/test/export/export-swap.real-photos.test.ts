import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { clusterPeople, cosineDistance, matrixFrom, refine, robustCentroid, rowOf } from '@face-sets/cluster';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { fileSha256 } from '@face-sets/files';
import { driftOf, type FaceFinder, readFsz, validateFsz } from '@face-sets/fsz-export';
import { readManifest } from '@face-sets/manifests';
import { decodeImage } from '@face-sets/photos';
import type { GateFailure, RgbImage } from '@face-sets/quality';
import { CACHE_FILE, sharedPath, tempDir } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exportSwap, refineOutcomes, writeRefinedFolders } from '../../src/index.js';

const models = sharedPath('models');
const photos = sharedPath('photos');
const real = describe.skipIf(!models || !photos);

let analyzer: Promise<FaceAnalyzer> | undefined;
const analyze = async () =>
  (analyzer ??= loadModels(models as string, { threads: 1 }).then((m) => new FaceAnalyzer(m)));
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

/** Three people and two group photos, exported. */
let exporting: ReturnType<typeof exportPeople> | undefined;
const exported = () => (exporting ??= exportPeople());

async function exportPeople() {
  const faces = await analyze();
  const people = ['amy', 'john_simm', 'sheldon'].flatMap((name) =>
    readdirSync(join(photos as string, 'people', name))
      .slice(0, 6)
      .map((file) => join(photos as string, 'people', name, file)),
  );
  const groups = ['bbt4.jpg', 't1.jpg'].map((file) => join(photos as string, 'groups', file));
  const cache = await embed([...people, ...groups], faces);
  const matrix = { data: cache.embedding as Float32Array, rows: cache.faceCount, cols: cache.dim };
  const labels = await clusterPeople(matrix);
  const { outcomes } = refine<GateFailure>(matrix, labels, { imageIndex: cache.imageIndex, minFaces: 1 });
  const dir = tempDir('real-export');
  const refined = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: refineOutcomes(outcomes, (label) => label + 1),
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
    options: { topN: [4, 30], minFaceShort: 60, minFaces: 1 },
  });
  return { faces, out, manifest, cache, matrix };
}

real('on real photos with real models (needs the development data)', () => {
  it('every PNG of every bundle shows a loader that averages all faces exactly one, the right one', async () => {
    const { faces, out, manifest, matrix } = await exported();
    expect(manifest.summary.faces).toBeGreaterThanOrEqual(24);
    expect(manifest.facesets.filter((faceset) => faceset.faces >= 5)).toHaveLength(3);
    for (const { folder, id } of manifest.facesets) {
      const bundle = join(out, folder, `${id}_all.fsz`);
      const exported = JSON.parse(readFileSync(join(out, folder, 'manifest.json'), 'utf8'));
      expect(await validateFsz(bundle)).toBe(exported.faces.length);
      for (const [rank, { png }] of (await readFsz(bundle)).entries()) {
        const found = await faces.analyze(await decodePng(png), { sizes: [640] });
        expect(found, `${id} rank ${rank}`).toHaveLength(1);
        expect(
          cosineDistance(found[0].embedding, rowOf(matrix, exported.faces[rank].row)),
        ).toBeLessThanOrEqual(0.35);
      }
    }
  });

  it('gives a loader like roop-unleashed one person from each bundle, one bundle after the other', async () => {
    const { faces, out, manifest } = await exported();
    // One folder for all bundles, which is not emptied of folders: a folder in a bundle would break the next one.
    const shared = tempDir('roop');
    for (const { folder, id } of manifest.facesets) {
      const { drift } = await readManifest(join(out, folder, 'manifest.json'), 'swap-faceset');
      const loaded = new Map<string, Float32Array[]>();
      for (const { name, ranks } of drift.selections) {
        for (const old of readdirSync(shared)) rmSync(join(shared, old));
        for (const entry of await readFsz(join(out, folder, `${id}_${name}.fsz`))) {
          writeFileSync(join(shared, entry.name), entry.png);
        }
        const pngs = readdirSync(shared).filter((file) => file.endsWith('.png'));
        const embeddings: Float32Array[] = [];
        for (const png of pngs.sort()) {
          const found = await faces.analyze(await decodePng(readFileSync(join(shared, png))), {
            sizes: [640],
          });
          embeddings.push(...found.map((face) => face.embedding));
        }
        expect(embeddings, `${id} ${name}`).toHaveLength(ranks.length);
        loaded.set(name, embeddings);
      }
      const all = loaded.get('all') as Float32Array[];
      const { centroid } = robustCentroid(matrixFrom(all));
      for (const { name, ranks, mean_cosine, photo_cosine } of drift.selections) {
        const { cosine } = driftOf(loaded.get(name) as Float32Array[], centroid);
        // What the manifest foretold is what the loader got.
        expect(mean_cosine, `${id} ${name}`).toBeCloseTo(cosine, 4);
        if (ranks.length < 3) continue;
        expect(1 - cosine, `${id} ${name}`).toBeLessThanOrEqual(0.02);
        // These portraits end at the forehead, where the cache's embeddings saw black and no crop does: it is a little more.
        expect(1 - photo_cosine, `${id} ${name}`).toBeLessThanOrEqual(0.03);
      }
    }
  });
});
