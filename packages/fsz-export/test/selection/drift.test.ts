import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { driftOf, meanEmbedding } from '../../src/index.js';

const DIM = 32;
/** The first axis. */
const CENTROID = Float32Array.from({ length: DIM }, (_, k) => (k === 0 ? 1 : 0));

/** Raw embeddings of several lengths, scattered around the centroid. */
function someEmbeddings(count: number): Float32Array[] {
  const random = seeded(5);
  return Array.from({ length: count }, () => {
    const length = 15 + 10 * random();
    return Float32Array.from({ length: DIM }, (_, k) => length * (CENTROID[k] + 0.3 * (random() - 0.5)));
  });
}

const cosineTo = (mean: Float32Array) =>
  mean.reduce((sum, value, k) => sum + value * CENTROID[k], 0) / Math.hypot(...mean);

describe('meanEmbedding', () => {
  it('weighs embeddings by their length, as the tools that take a mean do', () => {
    expect([...meanEmbedding([Float32Array.of(3, 0), Float32Array.of(0, 1)])]).toEqual([1.5, 0.5]);
  });
});

describe('driftOf', () => {
  it('is what leaving each face out in turn gives', () => {
    const embeddings = someEmbeddings(7);
    const { cosine, leaveOneOut } = driftOf(embeddings, CENTROID);
    expect(cosine).toBeCloseTo(cosineTo(meanEmbedding(embeddings)), 5);
    leaveOneOut.forEach((effect, i) => {
      const without = cosineTo(meanEmbedding(embeddings.filter((_, j) => j !== i)));
      expect(effect).toBeCloseTo(cosine - without, 5);
    });
    expect(driftOf([embeddings[0]], CENTROID).leaveOneOut).toEqual([0]);
  });

  it('is negative for the one face that pulls the mean away', () => {
    const astray = Float32Array.from({ length: DIM }, (_, k) => (k === 1 ? 40 : 0));
    const { leaveOneOut } = driftOf([...someEmbeddings(4), astray], CENTROID);
    expect(leaveOneOut[4]).toBeLessThan(-0.05);
  });

  it('is 0 where the embeddings cancel out or without one none has a direction', () => {
    const there = Float32Array.from({ length: DIM }, (_, k) => (k === 0 ? 2 : 0));
    const back = there.map((value) => -value);
    expect(driftOf([there, back], CENTROID)).toEqual({ cosine: 0, leaveOneOut: [1, -1] });
    expect(driftOf([there, there, back, back], CENTROID).cosine).toBe(0);
    const nothing = new Float32Array(DIM);
    expect(driftOf([nothing, there], CENTROID).leaveOneOut).toEqual([0, 0]);
  });
});
