import { needsOpencv, noise, quarters, seeded, withOpencv } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { FaceAnalyzer, loadModels } from '../../src/index.js';
import { toyModels } from '../toy.js';

/** What the toy model answers to a crop: its scores and its age follow the mean of each color. */
function toyAnswer({ data }: { data: Uint8Array }): { gender: number; age: number } {
  const mean = [0, 1, 2].map((c) => {
    let sum = 0;
    for (let i = c; i < data.length; i += 3) sum += data[i];
    return sum / (data.length / 3) / 255;
  });
  return { gender: mean[1] > mean[0] ? 1 : 0, age: 100 * (0.1 + 0.2 * (mean[0] + mean[1] + mean[2])) };
}

async function analyzerOf(dir: string): Promise<FaceAnalyzer> {
  return new FaceAnalyzer(await loadModels(dir, { threads: 1 }));
}

describe('FaceAnalyzer.genderAge', () => {
  it.skipIf(needsOpencv)(
    `shows the model the 96×96 crop of 1.5 bbox sides that InsightFace cuts with OpenCV${needsOpencv}`,
    async () => {
      const analyzer = await analyzerOf(await toyModels());
      const random = seeded(5);
      const cases = Array.from({ length: 24 }, (_, i) => {
        const image = i % 2 ? quarters(220, 160) : noise(220, 160, i);
        const [x, y] = [random() * 180 - 20, random() * 120 - 20];
        const bbox = [x, y, x + 20 + random() * 90, y + 20 + random() * 120].map(Math.fround);
        return { image, bbox };
      });
      // InsightFace's own steps: scale and center of the crop, then the affine transform without a rotation.
      const scale = '96 / (max(bbox[2] - bbox[0], bbox[3] - bbox[1]) * 1.5)';
      const shift = (i: number) => `48 - (bbox[${i}] + bbox[${i + 2}]) / 2 * (${scale})`;
      const matrix = `np.array([[${scale}, 0, ${shift(0)}], [0, ${scale}, ${shift(1)}]])`;
      const crops = withOpencv(`cv2.warpAffine(img, ${matrix}, (96, 96), borderValue=0.0)`, cases);
      const genders = new Set<number>();
      for (const [i, { image, bbox }] of cases.entries()) {
        const expected = toyAnswer(crops[i]);
        const found = await analyzer.genderAge(image, bbox);
        expect(found?.gender, `${i}`).toBe(expected.gender);
        // Whole years; the nearest, or its neighbor where the two sums differ in their last bits at a half.
        expect(Math.abs((found?.age as number) - expected.age), `${i}`).toBeLessThan(0.501);
        genders.add(expected.gender);
      }
      expect(genders.size).toBe(2);
    },
  );

  it('answers 0 for female and 1 for male by the higher score, and whole years', async () => {
    const analyzer = await analyzerOf(await toyModels());
    const plain = (r: number, g: number, b: number) => {
      const data = new Uint8Array(60 * 60 * 3);
      for (let i = 0; i < data.length; i += 3) data.set([r, g, b], i);
      return { data, width: 60, height: 60 };
    };
    // The crop of this bbox lies inside of the picture: the toy model sees plain color.
    const bbox = [20, 20, 40, 40];
    expect(await analyzer.genderAge(plain(255, 0, 0), bbox)).toEqual({ gender: 0, age: 30 });
    expect(await analyzer.genderAge(plain(0, 255, 51), bbox)).toEqual({ gender: 1, age: 34 });
    expect(await analyzer.genderAge(plain(255, 255, 255), bbox)).toMatchObject({ age: 70 });
  });

  it('is null where the pack has no such model', async () => {
    const analyzer = await analyzerOf(await toyModels({ 'genderage.onnx': Buffer.from('no model') }));
    expect(await analyzer.genderAge(noise(60, 60), [20, 20, 40, 40])).toBeNull();
  });

  it('refuses a bbox without an area', async () => {
    const analyzer = await analyzerOf(await toyModels());
    await expect(analyzer.genderAge(noise(60, 60), [20, 20, 20, 40])).rejects.toThrow('has no area');
  });
});
