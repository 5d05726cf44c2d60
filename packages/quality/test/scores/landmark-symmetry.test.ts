import { readFileSync } from 'node:fs';
import { seeded, sharedPath } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { landmarkSymmetry } from '../../src/index.js';

const meanShape = sharedPath('goldens/insightface/meanshape_68.json');
const frontal = [38, 52, 74, 52, 56, 72, 42, 92, 70, 92];

describe('landmarkSymmetry', () => {
  it('is 1 for a perfect mirror image and falls with every degree of turning away', () => {
    expect(landmarkSymmetry({ kps: frontal })).toBeCloseTo(1, 6);
    const turned = [0, 0.5, 1, 2, 4, 8].map((shift) => {
      const kps = [...frontal];
      kps[4] += shift;
      return landmarkSymmetry({ kps });
    });
    for (let i = 1; i < turned.length; i++) expect(turned[i]).toBeLessThan(turned[i - 1]);
  });

  it('does not change with place, size or rotation in the image plane', () => {
    const random = seeded(3);
    for (let round = 0; round < 200; round++) {
      const kps = frontal.map((value) => value + (random() - 0.5) * 30);
      const angle = random() * 2 * Math.PI;
      const scale = 0.1 + random() * 20;
      const [dx, dy] = [random() * 4000 - 2000, random() * 4000 - 2000];
      const moved = kps.map((_, i) => {
        const [x, y] = [kps[i & ~1], kps[i | 1]];
        return i & 1
          ? dy + scale * (Math.sin(angle) * x + Math.cos(angle) * y)
          : dx + scale * (Math.cos(angle) * x - Math.sin(angle) * y);
      });
      const score = landmarkSymmetry({ kps });
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(landmarkSymmetry({ kps: moved })).toBeCloseTo(score, 6);
    }
  });

  it.skipIf(!meanShape)(
    'finds the mean face symmetric, and less so the more it is turned (needs shared data)',
    () => {
      const shape = (JSON.parse(readFileSync(meanShape!, 'utf8')) as number[][]).map(([x, y, z]) => [
        x,
        y,
        z,
      ]);
      const scores = [0, 10, 20, 30, 45, 60].map((yaw) => {
        const [cos, sin] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)];
        const turned = shape.flatMap(([x, y, z]) => [cos * x + sin * z, y, cos * z - sin * x]);
        return landmarkSymmetry({ landmark3d68: turned });
      });
      expect(scores[0]).toBeGreaterThan(0.95);
      for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThan(scores[i - 1] - 0.05);
    },
  );

  it('falls back to the 5 points where the 68 are missing or not finite, and to 0 where nothing is left', () => {
    const nan = new Float32Array(204).fill(Number.NaN);
    expect(landmarkSymmetry({ landmark3d68: nan, kps: frontal })).toBe(landmarkSymmetry({ kps: frontal }));
    expect(landmarkSymmetry({ landmark3d68: nan })).toBe(0);
    expect(landmarkSymmetry({ landmark3d68: null, kps: [1, 2, 3] })).toBe(0);
    expect(landmarkSymmetry({ kps: new Float32Array(10) })).toBe(0);
    expect(landmarkSymmetry({})).toBe(0);
  });
});
