import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RgbImage } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { cosine, iou, noise, sharedPath } from '@face-sets/testing';
import { buildDetector, buildRecognizer } from '@face-sets/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AnalyzedFace, alignFace, FaceAnalyzer, loadModels, ModelLoadError } from '../../src/index.js';
import { toyLibrary, toyModels } from '../toy.js';

type Library = Awaited<ReturnType<typeof toyLibrary>>;

let library: Library;
let models: string;
beforeAll(async () => {
  library = await toyLibrary();
  models = await toyModels();
});

async function analyzerOf(dir = models): Promise<FaceAnalyzer> {
  return new FaceAnalyzer(await loadModels(dir, { threads: 1 }));
}

async function pictures(): Promise<{ photo: Library['photos'][number]; image: RgbImage }[]> {
  const drawn = library.photos.filter((photo) => photo.kind === 'drawn');
  return Promise.all(
    drawn.map(async (photo) => ({ photo, image: (await decodeImage(join(library.dir, photo.path))).image })),
  );
}

describe('FaceAnalyzer on drawn photos', () => {
  it('finds every face where it was drawn, and none elsewhere', async () => {
    const analyzer = await analyzerOf();
    for (const { photo, image } of await pictures()) {
      const found = await analyzer.detect(image);
      expect(found, photo.path).toHaveLength(photo.faces.length);
      for (const face of photo.faces) {
        const best = Math.max(...found.map((other) => iou(other.bbox, face.bbox)));
        expect(best, photo.path).toBeGreaterThan(0.5);
      }
    }
  });

  it('embeds the same person alike and others not', async () => {
    const analyzer = await analyzerOf();
    const people = new Map<string, Float32Array[]>();
    for (const { photo, image } of await pictures()) {
      for (const found of await analyzer.analyze(image)) {
        const drawn = photo.faces.find((face) => iou(face.bbox, found.bbox) > 0.5);
        if (drawn && !drawn.blurred) {
          people.set(drawn.person, [...(people.get(drawn.person) ?? []), found.embedding]);
        }
      }
    }
    const embeddings = [...people].flatMap(([person, list]) => list.map((e) => [person, e] as const));
    expect(people.size).toBeGreaterThanOrEqual(3);
    for (const [person, a] of embeddings) {
      const nearest = (same: boolean) =>
        Math.max(
          ...embeddings.filter(([p, b]) => b !== a && (p === person) === same).map(([, b]) => cosine(a, b)),
        );
      expect(nearest(true)).toBeGreaterThan(nearest(false));
    }
    expect(await analyzer.embeddingDim()).toBe(embeddings[0][1].length);
  });

  it('finds the same faces with a detector of the batched, fixed form', async () => {
    const fixed = await analyzerOf(await toyModels({ 'det_10g.onnx': buildDetector({ form: 'batched' }) }));
    const dynamic = await analyzerOf();
    for (const { photo, image } of (await pictures()).slice(0, 8)) {
      const [a, b] = [await fixed.detect(image), await dynamic.detect(image, { sizes: [640] })];
      expect(a.length, photo.path).toBeGreaterThanOrEqual(b.length);
      const alone = await fixed.detect(image, { sizes: [640] });
      expect(alone).toEqual(b);
      // A size beyond the graph's is lowered to it.
      expect(await fixed.detect(image, { sizes: [1280] })).toEqual(b);
    }
  });

  it('feeds recognition models that subtract and multiply themselves with plain gray levels', async () => {
    const prefixed = await analyzerOf(
      await toyModels({ 'w600k_r50.onnx': buildRecognizer({ form: 'prefixed' }) }),
    );
    const plain = await analyzerOf();
    const { image } = (await pictures()).find(({ photo }) => photo.faces.length > 0)!;
    const [a] = await prefixed.analyze(image);
    const [b] = await plain.analyze(image);
    expect(cosine(a.embedding, b.embedding)).toBeGreaterThan(0.9999);
  });

  it('embeds many faces as it does each alone', async () => {
    const analyzer = await analyzerOf();
    const image = noise(300, 300);
    const kps = Array.from({ length: 19 }, (_, i) => [
      40 + i,
      50,
      90 + i,
      52,
      65,
      80 + i,
      45,
      100,
      85,
      101 + i,
    ]);
    const together = await analyzer.embed(image, kps);
    expect(together).toHaveLength(19);
    for (const [i, points] of kps.entries()) {
      const [alone] = await analyzer.embed(image, [points]);
      expect(cosine(alone, together[i])).toBeGreaterThan(0.99999);
    }
    expect(await analyzer.embed(image, [])).toEqual([]);
    expect(alignFace(image, kps[0])).toMatchObject({ width: 112, height: 112 });
  });

  it('gives the same answers to calls that overlap', async () => {
    const analyzer = await analyzerOf();
    const all = (await pictures()).slice(0, 6);
    const inTurn: AnalyzedFace[][] = [];
    for (const { image } of all) inTurn.push(await analyzer.analyze(image));
    const atOnce = await Promise.all(all.map(({ image }) => analyzer.analyze(image)));
    expect(atOnce).toEqual(inTurn);
  });

  it('returns landmarks inside the face and a pose', async () => {
    const analyzer = await analyzerOf();
    const { photo, image } = (await pictures()).find(({ photo }) => photo.faces.length > 0)!;
    const [face] = photo.faces;
    const { landmark2d106, landmark3d68, pose } = await analyzer.landmarks(image, face.bbox);
    expect(landmark2d106).toHaveLength(212);
    expect(landmark3d68).toHaveLength(204);
    expect(pose).toHaveLength(3);
    const [x1, y1, x2, y2] = face.bbox;
    const margin = 0.3 * Math.max(x2 - x1, y2 - y1);
    for (let i = 0; i < 204; i += 3) {
      expect(landmark3d68![i]).toBeGreaterThan(x1 - margin);
      expect(landmark3d68![i]).toBeLessThan(x2 + margin);
      expect(landmark3d68![i + 1]).toBeGreaterThan(y1 - margin);
      expect(landmark3d68![i + 1]).toBeLessThan(y2 + margin);
    }
  });

  it('says null for landmarks that the pack has no model for', async () => {
    const dir = await toyModels({ '1k3d68.onnx': Buffer.from('no model') });
    const { image } = (await pictures())[0];
    const found = await (await analyzerOf(dir)).landmarks(image, [10, 10, 60, 70]);
    expect(found).toMatchObject({ landmark3d68: null, pose: null });
    expect(found.landmark2d106).toHaveLength(212);
  });

  it('loads a network only when it is first used', async () => {
    const dir = await toyModels();
    const analyzer = await analyzerOf(dir);
    writeFileSync(join(dir, '2d106det.onnx'), 'broken meanwhile');
    const { image } = (await pictures())[0];
    await analyzer.analyze(image);
    await expect(analyzer.landmarks(image, [10, 10, 60, 70])).rejects.toBeInstanceOf(ModelLoadError);
    await expect(analyzer.landmarks(image, [10, 10, 60, 70])).rejects.toThrow(
      /2d106det\.onnx could not be loaded/,
    );
  });

  it('uses its own detection settings where a call gives none', async () => {
    const strict = new FaceAnalyzer(await loadModels(models), { sizes: [640], threshold: 1 });
    expect(strict.detectionSettings).toEqual({ sizes: [640], threshold: 1, nms: 0.4 });
    const { image } = (await pictures()).find(({ photo }) => photo.faces.length > 0)!;
    expect(await strict.detect(image)).toEqual([]);
    expect(await strict.detect(image, { threshold: 0.5 })).not.toEqual([]);
    expect((await analyzerOf()).detectionSettings).toEqual({ sizes: [128, 640], threshold: 0.5, nms: 0.4 });
  });

  it('refuses settings that make no sense', async () => {
    const analyzer = await analyzerOf();
    const image = noise(20, 20);
    await expect(analyzer.detect(image, { sizes: [100] })).rejects.toThrow(
      'expected a positive multiple of 32',
    );
    await expect(analyzer.detect(image, { sizes: [] })).rejects.toThrow('expected at least one');
    await expect(analyzer.detect(image, { threshold: 0 })).rejects.toThrow('threshold is 0');
    await expect(analyzer.landmarks(image, [5, 5, 5, 9])).rejects.toThrow('has no area');
  });

  it.each([
    [1, 1],
    [3, 2000],
    [2000, 3],
  ])('survives a picture of %d×%d', async (width, height) => {
    const image = { data: new Uint8Array(width * height * 3), width, height };
    expect(await (await analyzerOf()).analyze(image)).toEqual([]);
  });
});

const exif = sharedPath('goldens', 'exif', 'orientation_1.jpg') && sharedPath('models');
const missing = exif ? '' : ' (skipped: the development data is not at hand)';

describe.skipIf(missing)(`FaceAnalyzer on a real photo${missing}`, () => {
  it('finds the same six faces in all eight EXIF orientations', async () => {
    const analyzer = await analyzerOf(sharedPath('models')!);
    const faces = async (orientation: number) => {
      const { image } = await decodeImage(sharedPath('goldens', 'exif', `orientation_${orientation}.jpg`)!);
      return analyzer.analyze(image);
    };
    const upright = await faces(1);
    expect(upright).toHaveLength(6);
    for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
      const turned = await faces(orientation);
      expect(turned).toHaveLength(6);
      for (const face of upright) {
        const same = turned.reduce((a, b) => (iou(a.bbox, face.bbox) > iou(b.bbox, face.bbox) ? a : b));
        for (let i = 0; i < 4; i++) expect(Math.abs(same.bbox[i] - face.bbox[i])).toBeLessThanOrEqual(2);
        expect(cosine(same.embedding, face.embedding)).toBeGreaterThanOrEqual(0.98);
      }
    }
  });
});
