import { drawnFaceFinder, drawPhoto, embeddingOfPerson, findDrawnFaces } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { singleFaceCrop } from '../../src/index.js';

const face = (who: number, x: number, y: number, w = 100, h = 130) => ({
  who,
  bbox: [x, y, x + w, y + h] as [number, number, number, number],
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
