import { rotateImage } from '@face-sets/photos';
import { toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { alignFace, FaceAnalyzer, loadModels, resizeLinear, warpAffine } from '../src/index.js';

const pixels = (channels: number) => ({ data: new Uint8Array(40 * 30 * channels), width: 40, height: 30 });
const any = <T>(value: unknown) => value as T;
const kps = [10, 10, 20, 10, 15, 15, 11, 20, 19, 20];

describe('Wrong input', () => {
  let analyzer: FaceAnalyzer;

  beforeAll(async () => {
    analyzer = new FaceAnalyzer(await loadModels(await toyModels()));
  });

  const WRONG: [what: string, call: () => unknown, message: RegExp][] = [
    [
      'analyze of RGBA',
      () => analyzer.analyze(pixels(4)),
      /40x30x3 = 3600 bytes of RGB .* received 4800, which is RGBA/,
    ],
    ['analyze of gray', () => analyzer.analyze(pixels(1)), /received 1200, which is gray/],
    ['analyze of a path', () => analyzer.analyze(any('a.jpg')), /received the string "a.jpg"/],
    [
      'analyze of the bytes of a file',
      () => analyzer.analyze(any(new Uint8Array(9))),
      /expected \{data, width, height\}/,
    ],
    ['detect of RGBA', () => analyzer.detect(pixels(4)), /which is RGBA/],
    ['embed of RGBA', () => analyzer.embed(pixels(4), [kps]), /which is RGBA/],
    [
      'embed with keypoints not in a list',
      () => analyzer.embed(pixels(3), any(kps)),
      /kps\[0\]: expected 10 numbers/,
    ],
    [
      'embed with four keypoints',
      () => analyzer.embed(pixels(3), [kps.slice(2)]),
      /kps\[0\]: expected 10 numbers, received Array of length 8/,
    ],
    [
      'embed with nested keypoints',
      () =>
        analyzer.embed(
          pixels(3),
          any([
            [
              [1, 2],
              [3, 4],
            ],
          ]),
        ),
      /kps\[0\]: expected 10 numbers/,
    ],
    [
      'embed with keypoints that are NaN',
      () => analyzer.embed(pixels(3), [kps.with(3, Number.NaN)]),
      /finite numbers, received NaN at 3/,
    ],
    ['embed without keypoints', () => analyzer.embed(pixels(3), any(undefined)), /kps: expected a list/],
    ['landmarks of half a bbox', () => analyzer.landmarks(pixels(3), [1, 2]), /bbox: expected 4 numbers/],
    ['landmarks of a bbox without area', () => analyzer.landmarks(pixels(3), [5, 5, 5, 9]), /no area/],
    ['genderAge of RGBA', () => analyzer.genderAge(pixels(4), [0, 0, 9, 9]), /which is RGBA/],
    ['alignFace with too few keypoints', () => alignFace(pixels(3), [1, 2]), /kps: expected 10 numbers/],
    ['alignFace of RGBA', () => alignFace(pixels(4), kps), /which is RGBA/],
    ['warpAffine of gray', () => warpAffine(pixels(1), [1, 0, 0, 0, 1, 0], 9, 9), /which is gray/],
    ['resizeLinear of RGBA', () => resizeLinear(pixels(4), 9, 9), /which is RGBA/],
    ['rotateImage of gray', () => rotateImage(pixels(1), 90), /which is gray/],
  ];

  it.each(WRONG)('is refused with a stable code and what was expected: %s', async (_, call, message) => {
    const thrown = await (async () => call())().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringMatching(message) });
  });
});
