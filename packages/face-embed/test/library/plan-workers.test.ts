import { describe, expect, it } from 'vitest';
import { planWorkers } from '../../src/index.js';

const MIB = 2 ** 20;

describe('planWorkers', () => {
  it.each([
    // processors, MiB of models, workers, threads
    [1, 20, 1, 1],
    [2, 20, 2, 1],
    [2, 190, 2, 1],
    [4, 20, 4, 1],
    [4, 190, 2, 2],
    [8, 190, 2, 4],
    [16, 1000, 1, 16],
    [2, 5000, 1, 2],
  ])(
    'uses %d processors with models of %d MiB by %d workers of %d threads',
    (processors, size, workers, threads) => {
      expect(planWorkers({ processors, modelBytes: size * MIB })).toEqual({ workers, threads });
    },
  );

  it('never keeps more processors busy than there are, nor takes more memory than planned', () => {
    for (let processors = 1; processors <= 64; processors++) {
      for (const size of [0, 5, 20, 60, 190, 400]) {
        const { workers, threads } = planWorkers({ processors, modelBytes: size * MIB });
        expect(workers * threads).toBeLessThanOrEqual(processors);
        expect(workers).toBeGreaterThanOrEqual(1);
        if (workers > 1) expect(workers * (130 + 2 * size)).toBeLessThanOrEqual(1.2 * 1024);
      }
    }
  });

  it('takes the number of threads that it is told, whatever memory that costs', () => {
    expect(planWorkers({ processors: 8, threads: 1, modelBytes: 1000 * MIB })).toEqual({
      workers: 8,
      threads: 1,
    });
    expect(planWorkers({ processors: 8, threads: 3 })).toEqual({ workers: 2, threads: 3 });
    expect(planWorkers({ processors: 2, threads: 16 })).toEqual({ workers: 1, threads: 16 });
    expect(() => planWorkers({ threads: 0 })).toThrow(RangeError);
  });
});
