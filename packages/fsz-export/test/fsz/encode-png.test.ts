import { drawPhoto } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { encodePng, pngHeader } from '../../src/index.js';

describe('encodePng', () => {
  it('writes 8-bit RGB without alpha or metadata, the same bytes each time', async () => {
    const image = drawPhoto(70, 50, [{ who: 2, bbox: [5, 5, 35, 45] }]);
    const png = await encodePng(image);
    expect(pngHeader(png)).toEqual({
      width: 70,
      height: 50,
      bitDepth: 8,
      colorType: 2,
      interlace: 0,
      chunks: ['IHDR', 'IDAT', 'IEND'],
    });
    expect(await encodePng(image)).toEqual(png);
  });

  it('does not turn a gray picture into a gray PNG', async () => {
    expect(pngHeader(await encodePng(drawPhoto(32, 32, []))).colorType).toBe(2);
  });
});
