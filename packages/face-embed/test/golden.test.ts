import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bboxBlur } from '@face-sets/quality';
import {
  exceededLimits,
  type FoundFace,
  type GoldenFile,
  goldenFigures,
  sharedPath,
} from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { decodeImage, FaceAnalyzer, loadModels } from '../src/index.js';

// Over a hundred photos on a busy machine.
const MINUTES = 10 * 60_000;

const golden = sharedPath('goldens', 'insightface', 'golden.json');
const photos = sharedPath('photos');
const models = sharedPath('models');
const missing = golden && photos && models ? '' : ' (skipped: the development data is not at hand)';

describe.skipIf(missing)(`what InsightFace itself returns${missing}`, () => {
  it(
    'is met in every photo at the (128, 640) pair: faces, embeddings, landmarks, pose and blur',
    async () => {
      const analyzer = new FaceAnalyzer(await loadModels(models!));
      const results = [];
      for (const [photo, { auto }] of await entries()) {
        const { image } = await decodeImage(join(photos!, photo));
        const found: FoundFace[] = [];
        for (const face of await analyzer.analyze(image)) {
          const landmarks = await analyzer.landmarks(image, face.bbox);
          found.push({ ...face, ...landmarks, blur: bboxBlur(image, face.bbox) });
        }
        results.push({ photo, golden: auto, found });
      }
      const figures = goldenFigures(results);
      expect(figures.faces).toBe(124);
      expect(exceededLimits(figures)).toEqual([]);
    },
    MINUTES,
  );

  it(
    'is met at 640 alone',
    async () => {
      const analyzer = new FaceAnalyzer(await loadModels(models!));
      const results = [];
      // The portraits fill the frame: none has a face at this size. One of each person shows it.
      const people = new Set<string>();
      const photosToTry = (await entries()).filter(([photo]) => {
        const [kind, person] = photo.split('/');
        if (kind !== 'people') return true;
        return !people.has(person) && people.add(person);
      });
      for (const [photo, faces] of photosToTry) {
        const { image } = await decodeImage(join(photos!, photo));
        const found = await analyzer.detect(image, { sizes: [640] });
        results.push({ photo, golden: faces['640'], found });
      }
      const figures = goldenFigures(results);
      expect(figures.faces).toBe(29);
      expect(exceededLimits(figures)).toEqual([]);
    },
    MINUTES,
  );

  async function entries() {
    return Object.entries(JSON.parse(await readFile(golden!, 'utf8')) as GoldenFile);
  }
});
