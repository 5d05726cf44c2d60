import { describe, expect, it } from 'vitest';
import { withSingletons } from '../../src/index.js';

describe('withSingletons', () => {
  it('gives every face without a cluster one of its own and leaves the others', () => {
    expect(withSingletons([1, -1, 0, -3, 1])).toEqual(Int32Array.of(1, 2, 0, 3, 1));
    expect(withSingletons([-1, -1])).toEqual(Int32Array.of(0, 1));
    expect(withSingletons([])).toEqual(new Int32Array(0));
  });
});
