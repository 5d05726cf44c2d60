import { readSafetensors } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../src/formats/encode-safetensors.js';

describe('encodeSafetensors', () => {
  it('keeps every number, the wider type first', () => {
    const bytes = encodeSafetensors({
      a: { shape: [2, 1], data: Float32Array.of(0.1, -3.4e38) },
      b: { shape: [], data: BigInt64Array.of(-1n) },
    });
    const tensors = readSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['b', 'a']);
    expect(tensors.a).toEqual({ dtype: 'F32', shape: [2, 1], values: [...Float32Array.of(0.1, -3.4e38)] });
    expect(tensors.b).toEqual({ dtype: 'I64', shape: [], values: [-1] });
  });

  it('refuses a shape that does not fit its data', () => {
    expect(() => encodeSafetensors({ x: { shape: [2, 2], data: new Float32Array(3) } })).toThrow(
      'tensor x: 3 numbers, shape [2,2] needs 4',
    );
  });
});
