import { describe, expect, it } from 'vitest';
import * as cluster from '../src/index.js';

const { agglomerative, refine, hdbscan, normalizeRows, linkageMatrix, mergeCentroids } = cluster;
const rows = { data: Float32Array.of(1, 0, 0, 1, 1, 1), rows: 3, cols: 2 };
const any = <T>(value: unknown) => value as T;

const WRONG: [what: string, call: () => unknown, message: RegExp][] = [
  [
    'no options',
    () => agglomerative(rows, any(undefined)),
    /options: expected \{threshold\} or \{clusters\}/,
  ],
  ['neither threshold nor clusters', () => agglomerative(rows, {}), /threshold/],
  ['a threshold that is NaN', () => agglomerative(rows, { threshold: Number.NaN }), /threshold/],
  ['a threshold that is a text', () => agglomerative(rows, any({ threshold: '0.5' })), /threshold/],
  [
    'no matrix',
    () => agglomerative(any(undefined), { threshold: 0.5 }),
    /matrix: expected .* received undefined/,
  ],
  ['a list for a matrix', () => agglomerative(any([[1, 0]]), { threshold: 0.5 }), /matrix: expected/],
  [
    'double precision',
    () => normalizeRows(any({ ...rows, data: new Float64Array(6) })),
    /received Float64Array/,
  ],
  [
    'a list of numbers',
    () => refine(any({ ...rows, data: [1, 0, 0, 1, 1, 1] }), [0, 1, 2], { imageIndex: [0, 1, 2] }),
    /received Array/,
  ],
  ['a shape that does not fit', () => hdbscan({ ...rows, rows: 4 }), /4x2 = 8 numbers, received 6/],
  ['half a row', () => linkageMatrix({ ...rows, rows: 2.5 }), /whole numbers/],
  [
    'a threshold that is a text, of centroids',
    () => mergeCentroids(rows, [0, 1, 2], any({ threshold: '0.4' })),
    /threshold: expected a number, received "0.4"/,
  ],
  ['labels of another length', () => mergeCentroids(rows, [0, 1], { threshold: 0.4 }), /2|3/],
  ['an image index of another length', () => refine(rows, [0, 1, 2], { imageIndex: [0] }), /imageIndex/],
];

describe('Wrong input', () => {
  it.each(WRONG)('is refused with a stable code and what was expected: %s', async (_, call, message) => {
    const thrown = await (async () => call())().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(cluster.InvalidArgumentError);
    expect(thrown).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringMatching(message) });
  });
});
