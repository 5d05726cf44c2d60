import { describe, expect, it } from 'vitest';
import { decodeScrfd } from '../../src/analysis/scrfd-decode.js';

describe('decodeScrfd', () => {
  // A 64-pixel input: 4 × 4 cells of stride 16, two rows a cell.
  const level = () => ({
    stride: 16,
    scores: new Float32Array(32),
    boxes: new Float32Array(32 * 4),
    keypoints: new Float32Array(32 * 10),
  });

  it('counts distances in strides from the corner of the cell, and scales to the picture', () => {
    const only = level();
    const row = 2 * (2 * 4 + 1) + 1; // second row of the cell in column 1, line 2: corner (16, 32)
    only.scores[row] = 0.75;
    only.boxes.set([0.5, 1, 1.5, 2], row * 4);
    only.keypoints.set([0, 0, 1, 0, 0.5, 0.5, 0, 1, -1, -2], row * 10);
    const [face, ...others] = decodeScrfd([only], 2, 64, 0.5, 0.5);
    expect(others).toEqual([]);
    expect(face.detScore).toBe(0.75);
    expect(Array.from(face.bbox)).toEqual([16, 32, 80, 128]);
    expect(Array.from(face.kps)).toEqual([32, 64, 64, 64, 48, 80, 32, 96, 0, 0]);
  });

  it('takes a score equal to the threshold, and none below or not a number', () => {
    const only = level();
    only.scores.set([0.5, 0.49999, Number.NaN, 0.51]);
    expect(decodeScrfd([only], 2, 64, 1, 0.5).map((face) => face.detScore)).toEqual([
      0.5,
      expect.closeTo(0.51, 6),
    ]);
  });
});
