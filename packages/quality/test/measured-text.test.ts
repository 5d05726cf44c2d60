import { describe, expect, it } from 'vitest';
import { gateFailures, measuredText } from '../src/index.js';

describe('measuredText', () => {
  it.each([
    [0.589, 0.6, 3, '0.589'],
    [0.5996, 0.6, 3, '0.5996'],
    [0.59999999, 0.6, 3, '0.59999999'],
    [0.60004, 0.6, 3, '0.60004'],
    [0.6, 0.6, 3, '0.600'],
    [0.8092, 0.8088, 3, '0.8092'],
    [0.8092, 0.8088, 2, '0.8092'],
    [89.7, 90, 0, '89.7'],
    [89.96, 90, 1, '89.96'],
    [63.2, 90, 0, '63'],
    [-0.0004, 0, 3, '-0.0004'],
    [0.1 + 0.2, 0.3, 3, '0.30000000000000004'],
    [Number.NaN, 1, 3, 'unknown'],
    [Number.POSITIVE_INFINITY, 1, 3, 'Infinity'],
  ])(
    'writes %d, measured against %d, with %d decimals or as many as it takes',
    (value, limit, decimals, text) => {
      expect(measuredText(value, limit, decimals)).toBe(text);
    },
  );

  it('never contradicts the comparison, whatever is compared', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    for (let i = 0; i < 20_000; i++) {
      const limit = Math.round(random() * 100) / 100;
      const value = limit + (random() - 0.5) * 10 ** -Math.floor(random() * 12);
      for (const decimals of [0, 2, 3]) {
        const shown = Number(measuredText(value, limit, decimals));
        expect(Math.sign(shown - limit), `${value} ${limit}`).toBe(Math.sign(value - limit));
      }
    }
  });

  it('is what the gates say', () => {
    const face = { bbox: [0, 0, 89.97, 120] as const, blur: 39.99, detScore: 0.589 };
    expect(gateFailures({ ...face, bbox: [...face.bbox] }).map(({ message }) => message)).toEqual([
      'short edge 89.97 px is below 90',
      'Laplacian variance 39.99 is below 40',
      'detector score 0.589 is below 0.6',
    ]);
  });
});
