import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, type Rotation, rotateImage } from '@face-sets/photos';
import { bboxBlur } from '@face-sets/quality';
import { cosine, iou, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { analyzePhoto, FaceAnalyzer, loadModels, photoLandmarks } from '../../src/index.js';

let analyzer: FaceAnalyzer;
/** A drawn photo of one person or more, 2400 pixels wide, as a JPEG without EXIF data. */
let large: Buffer;
/** The same at a size that is never reduced. */
let small: Buffer;

beforeAll(async () => {
  analyzer = new FaceAnalyzer(await loadModels(await toyModels(), { threads: 1 }));
  const library = await toyLibrary('small');
  const photo = library.photos.find(({ kind, faces }) => kind === 'drawn' && faces.length > 1)!;
  const drawn = sharp(readFileSync(join(library.dir, photo.path)), { autoOrient: true });
  large = await drawn.clone().resize({ width: 2400 }).jpeg().toBuffer();
  small = await drawn.clone().resize({ width: 800 }).jpeg().toBuffer();
});

/** The drawn photo as a scanner gives it that it was laid into turned: no EXIF, and `turn` is what it takes. */
function scan(jpeg: Buffer, turn: Rotation): Promise<Buffer> {
  return sharp(jpeg)
    .rotate((360 - turn) % 360)
    .jpeg({ quality: 95 })
    .toBuffer();
}

describe('analyzePhoto', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'measures and embeds faces of a large JPEG of orientation %d as in the whole picture',
    async (orientation) => {
      // Stored so that it is upright once it has been turned. sharp mirrors before it turns.
      const upright = await decodeImage(large);
      const turn = { 1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 270, 7: 270, 8: 90 }[orientation]!;
      const stored = sharp(large).rotate(turn);
      if ([2, 4].includes(orientation)) stored.flop();
      if ([5, 7].includes(orientation)) stored.flip();
      const jpeg = await stored.withMetadata({ orientation }).jpeg().toBuffer();
      const photo = await analyzePhoto(jpeg, analyzer);
      expect(photo).toMatchObject({ width: upright.width, height: upright.height, rotation: 0 });
      expect(photo.faces.length).toBeGreaterThan(1);
      const { image } = await decodeImage(jpeg);
      const embeddings = await analyzer.embed(
        image,
        photo.faces.map((face) => Float32Array.from(face.kps)),
      );
      for (const [i, face] of photo.faces.entries()) {
        expect(face.blur).toBe(bboxBlur(image, face.bbox));
        expect(cosine(face.embedding, embeddings[i])).toBeGreaterThan(0.99999);
      }
    },
  );

  it.each([
    ['small', 90],
    ['small', 180],
    ['small', 270],
    ['large', 90],
    ['large', 180],
    ['large', 270],
  ] as const)('finds the faces of a %s scan that must be turned by %d degrees', async (size, turn) => {
    const original = size === 'large' ? large : small;
    const upright = await analyzePhoto(original, analyzer);
    const jpeg = await scan(original, turn);
    const photo = await analyzePhoto(jpeg, analyzer, { rotateRetry: true });
    expect(photo).toMatchObject({ rotation: turn, width: upright.width, height: upright.height });
    expect(photo.faces).toHaveLength(upright.faces.length);
    // Boxes count from the top left of the turned picture: what is cut out there is the face.
    const turned = rotateImage((await decodeImage(jpeg)).image, turn);
    const embeddings = await analyzer.embed(
      turned,
      photo.faces.map((face) => Float32Array.from(face.kps)),
    );
    for (const [i, face] of photo.faces.entries()) {
      const overlaps = upright.faces.map((other) => iou(face.bbox, other.bbox));
      const same = upright.faces[overlaps.indexOf(Math.max(...overlaps))];
      expect(Math.max(...overlaps)).toBeGreaterThan(0.9);
      expect(cosine(face.embedding, same.embedding)).toBeGreaterThan(0.95);
      expect(face.blur).toBe(bboxBlur(turned, face.bbox));
      expect(cosine(face.embedding, embeddings[i])).toBeGreaterThan(0.99999);
    }
  });

  it('does not turn photos without being asked, nor those that say how they are to be turned', async () => {
    const jpeg = await scan(small, 180);
    expect(await analyzePhoto(jpeg, analyzer)).toMatchObject({ faces: [], rotation: 0 });
    // Stored upside down, and upside down as well once it has been turned and mirrored as EXIF says.
    const oriented = await sharp(jpeg).flop().withMetadata({ orientation: 2 }).jpeg().toBuffer();
    expect(await analyzePhoto(oriented, analyzer, { rotateRetry: true })).toMatchObject({
      faces: [],
      rotation: 0,
    });
  });

  it('turns photos of EXIF orientation 1, which scanners and editors write into whatever they save', async () => {
    const jpeg = await sharp(await scan(small, 180))
      .withMetadata({ orientation: 1 })
      .jpeg()
      .toBuffer();
    const photo = await analyzePhoto(jpeg, analyzer, { rotateRetry: true });
    expect(photo.rotation).toBe(180);
    expect(photo.faces.length).toBeGreaterThan(1);
  });

  it.each([
    [90, 0],
    [180, 0],
    [270, 0],
    [180, 90],
    [270, 90],
  ] as const)(
    'turns a scan by %d degrees although a weak face stands upright at %d',
    async (turn, weakAt) => {
      const weak = await sharp(small).resize({ width: 76 }).png().toBuffer();
      const jpeg = await sharp(await scan(small, turn))
        .composite([
          {
            input: await sharp(weak)
              .rotate((360 - weakAt) % 360)
              .png()
              .toBuffer(),
            left: 0,
            top: 0,
          },
        ])
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer();
      const { image } = await decodeImage(jpeg);
      const [first, ...others] = await analyzer.detect(rotateImage(image, weakAt));
      expect(first!.detScore).toBeLessThan(0.75);
      expect(others).toEqual([]);
      const upright = await analyzePhoto(small, analyzer);
      const photo = await analyzePhoto(jpeg, analyzer, { rotateRetry: true });
      expect(photo).toMatchObject({ rotation: turn, width: upright.width, height: upright.height });
      expect(photo.faces).toHaveLength(upright.faces.length);
    },
  );

  it('keeps a photo as it is where a sure face stands upright, without another run of the detector', async () => {
    const sideways = await sharp(await scan(small, 90))
      .resize({ height: 700 })
      .png()
      .toBuffer();
    const both = await sharp({ create: { width: 1600, height: 800, channels: 3, background: '#808080' } })
      .composite([
        { input: small, left: 0, top: 0 },
        { input: sideways, left: 850, top: 0 },
      ])
      .jpeg()
      .toBuffer();
    const runs = vi.spyOn(analyzer, 'detect');
    try {
      const photo = await analyzePhoto(both, analyzer, { rotateRetry: true });
      expect(photo.rotation).toBe(0);
      expect(photo.faces.length).toBeGreaterThan(1);
      expect(runs).toHaveBeenCalledTimes(1);
    } finally {
      runs.mockRestore();
    }
  });

  it('says that a photo without a face at any angle was not turned', async () => {
    const plain = { width: 300, height: 200, channels: 3 as const, background: '#808080' };
    const jpeg = await sharp({ create: plain }).jpeg().toBuffer();
    expect(await analyzePhoto(jpeg, analyzer, { rotateRetry: true })).toEqual({
      width: 300,
      height: 200,
      faces: [],
      truncated: false,
      rotation: 0,
    });
  });

  it('embeds what there is of a large JPEG that ends early', async () => {
    const photo = await analyzePhoto(large.subarray(0, Math.floor(large.length * 0.9)), analyzer);
    expect(photo.truncated).toBe(true);
    expect(photo.faces.length).toBeGreaterThan(0);
  });
});

describe('photoLandmarks', () => {
  it.each([0, 90, 180, 270] as const)(
    'finds the landmarks of a photo turned by %d degrees as in the whole picture',
    async (turn) => {
      const jpeg = turn === 0 ? large : await scan(large, turn);
      const { faces, rotation } = await analyzePhoto(jpeg, analyzer, { rotateRetry: true });
      expect(rotation).toBe(turn);
      const boxes = faces.map((face) => Float32Array.from(face.bbox));
      const enrichments = await photoLandmarks(jpeg, analyzer, boxes, rotation);
      const image = rotateImage((await decodeImage(jpeg)).image, rotation);
      for (const [i, box] of boxes.entries()) {
        const expected = await analyzer.landmarks(image, box);
        for (const points of ['landmark2d106', 'landmark3d68', 'pose'] as const) {
          for (const [k, value] of expected[points]!.entries()) {
            expect(Math.abs(enrichments[i][points]![k] - value)).toBeLessThan(0.02);
          }
        }
      }
    },
  );
});
