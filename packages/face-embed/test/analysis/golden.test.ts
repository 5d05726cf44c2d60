import { decodeImage } from '@face-sets/photos';
import { bboxBlur, type RgbImage } from '@face-sets/quality';
import {
  exceededLimits,
  type GoldenPipeline,
  goldenAgreement,
  readGoldenFile,
  sharedPath,
} from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { FaceAnalyzer, loadModels } from '../../src/index.js';

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
      const figures = await goldenAgreement(await readGoldenFile(golden!), 'auto', photos!, await pipeline());
      expect(figures.faces).toBe(124);
      expect(exceededLimits(figures)).toEqual([]);
    },
    MINUTES,
  );

  it(
    'is met at 640 alone',
    async () => {
      // The portraits fill the frame: none has a face at this size. One of each person shows it.
      const people = new Set<string>();
      const only = (photo: string) => {
        const [kind, person] = photo.split('/') as [string, string];
        if (kind !== 'people') return true;
        return !people.has(person) && people.add(person) !== undefined;
      };
      const file = await readGoldenFile(golden!);
      const figures = await goldenAgreement(file, '640', photos!, await pipeline(), only);
      expect(figures.faces).toBe(29);
      expect(exceededLimits(figures)).toEqual([]);
    },
    MINUTES,
  );

  async function pipeline(): Promise<GoldenPipeline<RgbImage>> {
    const analyzer = new FaceAnalyzer(await loadModels(models!));
    return {
      decode: async (path) => (await decodeImage(path)).image,
      detect: (image, options) => analyzer.detect(image, options),
      analyze: (image, options) => analyzer.analyze(image, options),
      landmarks: (image, bbox) => analyzer.landmarks(image, bbox),
      blur: bboxBlur,
    };
  }
});
