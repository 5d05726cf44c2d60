import { describe, expect, it } from 'vitest';
import * as quality from '../src/index.js';

const { compositeScore, DEFAULT_WEIGHTS, gateFace, gateFailures, toGray, checkImage } = quality;

const any = <T>(value: unknown) => value as T;
const parts = { frontality: 1, detScore: 1, landmarkSymmetry: 1, faceSize: 1, sharpness: 1 };
const face = { bbox: [0, 0, 100, 100], blur: 50, detScore: 0.9 };
const pixels = (channels: number) => ({ data: new Uint8Array(20 * 10 * channels), width: 20, height: 10 });

const WRONG: [what: string, call: () => unknown, message: RegExp][] = [
  ['a face of nothing', () => gateFace(any({})), /bbox: expected \[x1, y1, x2, y2\], received undefined/],
  ['no face at all', () => gateFace(any(undefined)), /bbox: expected .*received undefined/],
  ['a bbox of two numbers', () => gateFailures(any({ ...face, bbox: [1, 2] })), /Array of length 2/],
  [
    'a face without blur',
    () => gateFace(any({ ...face, blur: undefined })),
    /blur: expected a number, received undefined/,
  ],
  [
    'a gate that is a text',
    () => gateFace(face, any({ minBlur: '40' })),
    /minBlur: expected a number, received the string "40"/,
  ],
  [
    'weights for some parts only',
    () => compositeScore(parts, any({ frontality: 1 })),
    /weights.detScore: expected .* received undefined/,
  ],
  [
    'a weight that is NaN',
    () => compositeScore(parts, { ...DEFAULT_WEIGHTS, sharpness: Number.NaN }),
    /weights.sharpness.*NaN/,
  ],
  [
    'parts that are missing',
    () => compositeScore(any({})),
    /parts.frontality: expected a number, received undefined/,
  ],
  [
    'RGBA where RGB is meant',
    () => checkImage(pixels(4), 3),
    /20x10x3 = 600 bytes of RGB .* received 800, which is RGBA/,
  ],
  ['gray where RGB is meant', () => toGray(pixels(1)), /received 200, which is gray/],
  ['RGB where gray is meant', () => checkImage(pixels(3), 1), /of gray .* received 600, which is RGB/],
  [
    'a path for a picture',
    () => toGray(any('a.jpg')),
    /expected \{data, width, height\}.*received the string "a.jpg"/,
  ],
];

describe('Wrong input', () => {
  it.each(WRONG)('is refused with a stable code and what was expected: %s', (_, call, message) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(quality.InvalidArgumentError);
    expect(thrown).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringMatching(message) });
  });
});
