import { agglomerative, jsSimilarity, wasmSimilarity } from '@face-sets/cluster';
import { onnxSimilarity } from '@face-sets/face-embed';
import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

describe('the backends that find similar pairs', () => {
  it('lead to the same clusters, with constraints and without', async () => {
    const random = seeded(81);
    const [rows, cols] = [900, 64];
    const data = new Float32Array(rows * cols);
    const centers = Array.from({ length: 60 }, () => Array.from({ length: cols }, () => random() - 0.5));
    for (let row = 0; row < rows; row++) {
      // the first people have more faces than the last
      const center = centers[Math.floor(60 * random() ** 3)]!;
      for (let k = 0; k < cols; k++) data[row * cols + k] = center[k]! + 1.1 * (random() - 0.5);
    }
    const matrix = { data, rows, cols };
    const imageIndex = Array.from({ length: rows }, (_, row) => row >> 1);
    for (const constraints of [undefined, { imageIndex }]) {
      const options = { threshold: 0.55, constraints };
      const plain = await agglomerative(matrix, { ...options, similarity: jsSimilarity });
      expect(new Set(plain).size).toBeGreaterThan(20);
      expect(new Set(plain).size).toBeLessThan(rows / 2);
      for (const similarity of [wasmSimilarity(), onnxSimilarity()]) {
        expect(await agglomerative(matrix, { ...options, similarity })).toEqual(plain);
      }
    }
  });
});
