import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { similarityTransform } from '../../src/index.js';

type Transform = ReturnType<typeof similarityTransform>;

function apply([a, b, c, d, e, f]: Transform, points: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    out.push(a * points[i] + b * points[i + 1] + c, d * points[i] + e * points[i + 1] + f);
  }
  return out;
}

function squaredError(transform: Transform, from: number[], to: number[]): number {
  return apply(transform, from).reduce((sum, value, i) => sum + (value - to[i]) ** 2, 0);
}

describe('similarityTransform', () => {
  it('finds the rotation, scale and translation that points were moved by', () => {
    const random = seeded(5);
    for (let trial = 0; trial < 100; trial++) {
      const from = Array.from({ length: 10 }, () => random() * 1000);
      const scale = 0.05 + random() * 20;
      const angle = random() * 2 * Math.PI;
      const a = scale * Math.cos(angle);
      const b = scale * Math.sin(angle);
      const moved: Transform = [a, -b, random() * 500, b, a, random() * 500];
      const found = similarityTransform(from, apply(moved, from));
      for (let i = 0; i < 6; i++) expect(found[i]).toBeCloseTo(moved[i], 6);
    }
  });

  it('has the least squared error: no small change of it does better', () => {
    const random = seeded(6);
    for (let trial = 0; trial < 100; trial++) {
      const from = Array.from({ length: 10 }, () => random() * 100);
      const to = Array.from({ length: 10 }, () => random() * 100);
      const [a, b, c, , , f] = similarityTransform(from, to);
      const least = squaredError([a, b, c, -b, a, f], from, to);
      for (let change = 0; change < 8; change++) {
        const by = () => (random() - 0.5) * 1e-3;
        const [a2, b2] = [a + by(), b + by()];
        expect(squaredError([a2, b2, c + by(), -b2, a2, f + by()], from, to)).toBeGreaterThanOrEqual(least);
      }
    }
  });

  it('does not mirror', () => {
    const from = [0, 0, 1, 0, 0, 1];
    const mirrored = [0, 0, -1, 0, 0, 1];
    const [a, b, , d, e] = similarityTransform(from, mirrored);
    expect(a * e - b * d).toBeGreaterThan(0);
  });

  it('stays finite where all points coincide', () => {
    expect(similarityTransform([3, 4, 3, 4], [1, 2, 3, 4]).every(Number.isFinite)).toBe(true);
  });
});
