import { type Box, cropRegion, regionAvoiding, shareInside } from '@face-sets/quality';
import { drawnFaceFinder, drawPhoto, embeddingOfPerson, findDrawnFaces } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng, pngHeader, renderCrop, singleFaceCrop, softFill } from '../../src/index.js';

const face = (who: number, x: number, y: number, w = 100, h = 130) => ({
  who,
  bbox: [x, y, x + w, y + h] as [number, number, number, number],
});

describe('cropRegion', () => {
  it('is a square around the face with half of its longer side on every side', () => {
    expect(cropRegion([100, 100, 200, 240])).toEqual({ x: 10, y: 30, side: 280 });
    expect(cropRegion([100, 100, 200, 240], 0)).toEqual({ x: 80, y: 100, side: 140 });
  });
});

describe('regionAvoiding', () => {
  it('shows less of the neighbors, keeps the whole face, and never widens', () => {
    const coordinate = fc.integer({ min: 0, max: 900 });
    const box = fc
      .tuple(coordinate, coordinate, fc.integer({ min: 20, max: 200 }), fc.integer({ min: 20, max: 200 }))
      .map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
    fc.assert(
      fc.property(box, fc.array(box, { minLength: 1, maxLength: 4 }), (own, others) => {
        const plain = cropRegion(own);
        const { region } = regionAvoiding(own, others, { width: 1200, height: 1200 });
        expect(region.side).toBeLessThanOrEqual(plain.side);
        expect(shareInside(own, region)).toBe(1);
        const shown = (r: typeof region) => others.reduce((sum, other) => sum + shareInside(other, r), 0);
        // What it gives up elsewhere it may spend on staying wide, centerd and inside the photo.
        expect(shown(region)).toBeLessThanOrEqual(shown(plain) + 0.5);
      }),
    );
  });

  it('leaves a neighbor out where there is room to', () => {
    const { region, overlap } = regionAvoiding([100, 100, 200, 230], [[260, 100, 360, 230]], {
      width: 800,
      height: 600,
    });
    expect(overlap).toBe(0);
    expect(region.x + region.side).toBeLessThanOrEqual(260);
  });
});

describe('renderCrop', () => {
  it('is exactly as large as asked for, whatever the region', async () => {
    const photo = drawPhoto(300, 200, [face(0, 100, 40)]);
    for (const region of [
      { x: 50, y: 5, side: 200 },
      { x: -80, y: -60, side: 417 },
      { x: 100, y: 40, side: 7 },
      { x: 250, y: 150, side: 900 },
    ]) {
      const crop = await renderCrop(photo, region, { size: 96 });
      expect([crop.width, crop.height, crop.data.length]).toEqual([96, 96, 96 * 96 * 3]);
    }
  });

  it('shows the pixels of the photo as they are at scale 1', async () => {
    const photo = drawPhoto(300, 200, [face(0, 100, 40)]);
    const crop = await renderCrop(photo, { x: 60, y: 20, side: 160 }, { size: 160 });
    for (let y = 0; y < 160; y += 13) {
      const row = photo.data.subarray(((y + 20) * 300 + 60) * 3, ((y + 20) * 300 + 220) * 3);
      expect(crop.data.subarray(y * 480, y * 480 + 480)).toEqual(row);
    }
  });

  it('makes a hard edge smaller and larger without rings', async () => {
    const side = 400;
    const data = Uint8Array.from({ length: side * side * 3 }, (_, i) =>
      Math.floor(i / 3) % side < side / 2 ? 60 : 200,
    );
    for (const [size, most] of [
      [130, 4],
      [1000, 12],
    ]) {
      const crop = await renderCrop({ data, width: side, height: side }, { x: 0, y: 0, side }, { size });
      const row = Array.from({ length: size }, (_, x) => crop.data[(Math.floor(size / 2) * size + x) * 3]);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(60 - most);
      expect(Math.max(...row)).toBeLessThanOrEqual(200 + most);
      // Beside the one step over the edge both sides are as flat as they were.
      const near = Math.ceil(3 * Math.max(1, size / side));
      const [left, right] = [row.slice(0, size / 2 - near), row.slice(size / 2 + near)];
      expect(Math.max(...left) - Math.min(...left), `${size}`).toBeLessThanOrEqual(1);
      expect(Math.max(...right) - Math.min(...right), `${size}`).toBeLessThanOrEqual(1);
    }
  });

  it('continues a photo beyond its edge in its own colors, not in black', async () => {
    const photo = drawPhoto(200, 200, []);
    const crop = await renderCrop(photo, { x: -100, y: -100, side: 400 }, { size: 200 });
    const least = crop.data.reduce((a, b) => Math.min(a, b));
    const most = crop.data.reduce((a, b) => Math.max(a, b));
    expect(least).toBeGreaterThanOrEqual(88);
    expect(most).toBeLessThanOrEqual(152);
    // No seam: neighboring pixels across the photo's left edge hardly differ.
    for (let y = 60; y < 140; y++) {
      for (let x = 47; x < 53; x++) {
        const at = (y * 200 + x) * 3;
        expect(Math.abs(crop.data[at] - crop.data[at + 3])).toBeLessThan(6);
      }
    }
  });

  it('covers a mask with what is around it, and leaves the kept face as it is', async () => {
    const own = face(0, 100, 60);
    const other = face(1, 212, 60, 60, 80);
    const photo = drawPhoto(400, 300, [own, other]);
    const region = cropRegion(own.bbox);
    const plain = await renderCrop(photo, region, { size: 256 });
    const masked = await renderCrop(photo, region, { size: 256, masks: [other.bbox], keep: own.bbox });
    expect(findDrawnFaces(masked).map((found) => found.embedding)).toEqual([embeddingOfPerson(0)]);
    const center = (128 * 256 + 128) * 3;
    expect(masked.data.subarray(center, center + 3)).toEqual(plain.data.subarray(center, center + 3));
    // Soft: no step inside the covered area that is nearly as hard as the edge of a box.
    const black = masked.data.some((value, i) => value < 15 && plain.data[i] > 80);
    expect(black).toBe(false);
  });
});

describe('softFill', () => {
  it('keeps what is known and fills the rest within the range of what is known', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 33 }),
        fc.integer({ min: 1, max: 33 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        fc.infiniteStream(fc.constantFrom(0, 0, 0.5, 1)),
        (width, height, colors, fills) => {
          const data = Uint8Array.from({ length: width * height * 3 }, () => colors.next().value);
          const fill = Float32Array.from({ length: width * height }, () => fills.next().value);
          const before = data.slice();
          softFill(data, fill, width, height);
          const known = [...fill.keys()].filter((i) => fill[i] === 0);
          for (const i of known)
            expect(data.subarray(i * 3, i * 3 + 3)).toEqual(before.subarray(i * 3, i * 3 + 3));
          if (known.length === 0) {
            expect(data).toEqual(before);
            return;
          }
          const reds = known.map((i) => before[i * 3]);
          for (const i of fill.keys()) {
            if (fill[i] < 1) continue;
            expect(data[i * 3]).toBeGreaterThanOrEqual(Math.min(...reds) - 1);
            expect(data[i * 3]).toBeLessThanOrEqual(Math.max(...reds) + 1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('encodePng', () => {
  it('writes 8-bit RGB without alpha or metadata, the same bytes each time', async () => {
    const image = drawPhoto(70, 50, [face(2, 5, 5, 30, 40)]);
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

describe('singleFaceCrop', () => {
  const crop = (
    photo: ReturnType<typeof drawPhoto>,
    own: ReturnType<typeof face>,
    find = drawnFaceFinder().find,
  ) => singleFaceCrop(photo, { bbox: own.bbox, embedding: embeddingOfPerson(own.who) }, { find });

  it('takes the padding asked for where the face is alone', async () => {
    const own = face(0, 150, 80);
    const result = await crop(drawPhoto(400, 300, [own]), own);
    expect(result).toMatchObject({ crop: { method: 'plain', region: [70, 15, 260], distance: 0 } });
  });

  it('tightens or shifts where that leaves a neighbor out', async () => {
    const own = face(0, 150, 100);
    const photo = drawPhoto(600, 400, [own, face(1, 262, 130, 60, 76)]);
    const result = await crop(photo, own);
    expect(result).toMatchObject({ crop: { method: 'tightened' } });
    if ('image' in result) expect(findDrawnFaces(result.image)).toHaveLength(1);
  });

  it('covers a neighbor that cannot be left out', async () => {
    const own = face(0, 150, 100);
    const photo = drawPhoto(600, 400, [
      own,
      face(1, 251, 140, 40, 50),
      face(2, 108, 140, 40, 50),
      face(3, 180, 45, 40, 50),
      face(4, 180, 232, 40, 50),
    ]);
    const result = await crop(photo, own);
    expect(result).toMatchObject({ crop: { method: 'masked' } });
    if ('image' in result)
      expect(findDrawnFaces(result.image).map((found) => found.embedding)).toEqual([embeddingOfPerson(0)]);
  });

  it('tries other paddings where the face is not found again', async () => {
    const own = face(0, 150, 80);
    const shy = async (image: ReturnType<typeof drawPhoto>) => {
      // Sees only faces that are less than 40 % of the frame.
      return findDrawnFaces(image).filter((found) => found.bbox[3] - found.bbox[1] < 0.42 * image.height);
    };
    const result = await crop(drawPhoto(900, 700, [own]), own, shy);
    expect(result).toMatchObject({ crop: { method: 'padded' } });
  });

  it('rejects a face that is never found, is another, or never alone, and says so', async () => {
    const own = face(0, 150, 80);
    const photo = drawPhoto(400, 300, [own]);
    expect(await crop(photo, own, async () => [])).toMatchObject({ reason: { code: 'not-found-again' } });
    const other = { ...own, who: 1 };
    expect(await crop(photo, other)).toMatchObject({
      reason: { code: 'face-changed', value: 1, limit: 0.35 },
    });
    const haunted = async (image: ReturnType<typeof drawPhoto>) => [
      ...findDrawnFaces(image),
      { bbox: [0, 0, 30, 40], kps: new Float32Array(10), detScore: 0.9, embedding: embeddingOfPerson(3) },
    ];
    expect(await crop(photo, own, haunted)).toMatchObject({
      reason: { code: 'second-face', value: 2, limit: 1 },
    });
  });

  it('asks at every size, and takes a crop only if all agree', async () => {
    const own = face(0, 150, 80);
    const asked: number[] = [];
    const result = await singleFaceCrop(
      drawPhoto(400, 300, [own]),
      { bbox: own.bbox, embedding: embeddingOfPerson(0) },
      {
        find: async (image, size) => {
          asked.push(size);
          return size === 640 ? [] : findDrawnFaces(image);
        },
      },
      { verifySizes: [640, 320] },
    );
    expect(result).toMatchObject({ reason: { code: 'not-found-again' } });
    expect(new Set(asked)).toEqual(new Set([640, 320]));
  });
});
