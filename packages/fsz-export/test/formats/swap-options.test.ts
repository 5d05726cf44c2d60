import { namedOptions } from '@face-sets/manifests';
import { describe, expect, it } from 'vitest';
import { type ExportSwapOptions, formatNames, resolveSwapOptions, swapOptionsOf } from '../../src/index.js';

describe('resolveSwapOptions', () => {
  it('sorts sizes and formats, each once', () => {
    const resolved = resolveSwapOptions({ topN: [60, 30, 60], formats: ['lora', 'fsz', 'lora'] });
    expect(resolved.topN).toEqual([30, 60]);
    expect(resolved.formats).toEqual(formatNames().filter((name) => name === 'fsz' || name === 'lora'));
    expect(resolveSwapOptions({ topN: 5 }).topN).toEqual([5]);
  });

  it.each<[ExportSwapOptions, string]>([
    [{ topN: 0 }, 'option topN: found 0, expected whole numbers from 1'],
    [{ topN: [30, 2.5] }, 'option topN: found 2.5'],
    [{ topN: [] }, 'option topN: found none, expected at least one size'],
    [{ verifySizes: [31] }, 'option verifySizes: found 31, expected whole numbers from 32'],
    [{ verifySizes: [] }, 'option verifySizes: found none'],
    [{ select: 'worst' as 'best' }, 'option select: found worst, expected best or diverse'],
    [{ formats: ['zip' as 'fsz'] }, 'option formats: found zip, expected '],
    [{ formats: [] }, 'option formats: found none, expected at least one of '],
    [{ duplicateThreshold: -0.1 }, 'option duplicateThreshold: found -0.1, expected 0 to 2'],
    [{ triggerWord: ' x' }, 'option triggerWord: found " x", expected text without line breaks'],
    [{ triggerWord: 'a\nb' }, 'option triggerWord: found "a\\nb"'],
    [{ outlierThreshold: 2.1 }, 'option outlierThreshold: found 2.1'],
    [{ padRatio: Number.NaN }, 'option padRatio: found NaN'],
    [{ outSize: 8193 }, 'option outSize: found 8193, expected 16 to 8192'],
    [{ minFaceShort: -1 }, 'option minFaceShort: found -1'],
    [{ minFaces: 0 }, 'option minFaces: found 0'],
    [{ minEraFaces: 1.5 }, 'option minEraFaces: found 1.5'],
    [{ maxCropDistance: 3 }, 'option maxCropDistance: found 3'],
    [{ concurrency: 0 }, 'option concurrency: found 0, expected a whole number from 1'],
  ])('refuses %j and names the option', (options, message) => {
    expect(() => resolveSwapOptions(options)).toThrow(message);
  });
});

describe('swapOptionsOf', () => {
  it('gives back what a manifest has recorded', () => {
    const resolved = resolveSwapOptions({ topN: [10, 20], select: 'best', formats: ['images'] });
    expect(resolveSwapOptions(swapOptionsOf(namedOptions({ ...resolved })))).toEqual(resolved);
  });

  it('leaves out formats and ways to choose that another version had', () => {
    expect(swapOptionsOf({ select: 'worst', formats: ['zip', 'fsz'], out_size: 64 })).toEqual({
      formats: ['fsz'],
      outSize: 64,
    });
    expect(swapOptionsOf({ formats: ['zip'] })).toEqual({});
  });
});
