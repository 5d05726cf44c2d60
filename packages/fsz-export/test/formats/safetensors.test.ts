import { readSafetensors } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { reactorModel } from '../../src/formats/safetensors.js';

describe('reactorModel', () => {
  it('says of what is not known that it is 0, and −1 for the gender', () => {
    const tensors = readSafetensors(
      reactorModel({ bbox: [1, 2, 3, 4], detScore: 0.5, embedding: new Float32Array(512).fill(2) }),
    );
    expect(tensors.gender.values).toEqual([-1]);
    expect(tensors.age.values).toEqual([0]);
    expect(tensors.det_score).toEqual({ dtype: 'F32', shape: [], values: [0.5] });
    const shapes = { kps: [5, 2], landmark_3d_68: [68, 3], pose: [3], landmark_2d_106: [106, 2] };
    for (const [name, shape] of Object.entries(shapes)) {
      expect(tensors[name].shape).toEqual(shape);
      expect(tensors[name].values.every((value) => value === 0)).toBe(true);
    }
  });
});
