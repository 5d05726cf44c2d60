import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findDrawnFaces } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type FacesetToWrite, facesetFormats, pngHeader } from '../../src/index.js';
import { facesetToWrite } from './faceset-to-write.js';

const [lora] = facesetFormats(['lora']);

type Box = [number, number, number, number];
const photo = (bbox: Box, width = 700, height = 500) => ({ width, height, faces: [{ who: 0, bbox }] });
const write = async (faceset: FacesetToWrite) => (await lora.write(faceset)).exported!;

describe('the training folder', () => {
  it('shows head and shoulders inside the photo, wherever the face is', async () => {
    const boxes: Box[] = [
      [300, 150, 380, 250],
      [5, 5, 85, 105],
      [615, 395, 695, 495],
    ];
    const faceset = await facesetToWrite(boxes.map((bbox) => photo(bbox)));
    const { images, skipped, files } = await write(faceset);
    expect(skipped).toEqual([]);
    expect(images!.map(({ region }) => region)).toEqual([
      [190, 80, 300],
      [0, 0, 300],
      [400, 200, 300],
    ]);
    expect(files).toHaveLength(6);
    expect(readdirSync(join(faceset.folder, 'lora')).map((name) => `lora/${name}`)).toEqual(
      expect.arrayContaining(files),
    );
  });

  it('has pictures of 512 to 1024 pixels, as the photo has', async () => {
    const boxes: Box[] = [
      [100, 100, 150, 160],
      [600, 400, 800, 650],
      [500, 300, 1000, 900],
    ];
    const faceset = await facesetToWrite(boxes.map((bbox) => photo(bbox, 1900, 1600)));
    const { images } = await write(faceset);
    const sizes = images!.map(({ file }) => pngHeader(readFileSync(join(faceset.folder, file))).width);
    expect(sizes).toEqual([512, 750, 1024]);
    expect(images!.map(({ upscaled }) => upscaled)).toEqual([true, false, false]);
  });

  it('looks for a face that fills the picture at 128 pixels, for another at 640', async () => {
    const faceset = await facesetToWrite([photo([60, 40, 260, 290], 330, 320), photo([300, 150, 380, 250])]);
    const sizes: number[] = [];
    faceset.finder = {
      ...faceset.finder,
      find: async (image, size) => {
        sizes.push(size);
        return findDrawnFaces(image).length > 0
          ? findDrawnFaces(image)
          : [
              {
                bbox: [60, 40, 460, 490],
                kps: [],
                detScore: 1,
                embedding: faceset.cache.embedding.slice(0, 8),
              },
            ];
      },
    };
    faceset.options = { ...faceset.options, concurrency: 1 };
    await write(faceset);
    expect([...new Set(sizes)]).toEqual([128, 640]);
  });

  it('says in the caption how the head is turned, where that is known', async () => {
    const faceset = await facesetToWrite(Array.from({ length: 5 }, () => photo([300, 150, 380, 250])));
    const unknown = [Number.NaN, Number.NaN, Number.NaN];
    const poses = [[0, 3, 40], [5, -40, 0], [0, 85, 0], unknown, [10, 0, 0]];
    faceset.cache = { ...faceset.cache, pose: Float32Array.from(poses.flat()) };
    const captions = async () => {
      const { images } = await write(faceset);
      return images!.map(({ file }) =>
        readFileSync(join(faceset.folder, file.replace('.png', '.txt')), 'utf8'),
      );
    };
    expect(await captions()).toEqual([
      'photo of ohwx, facing the camera\n',
      'photo of ohwx, head turned\n',
      'photo of ohwx, in profile\n',
      'photo of ohwx\n',
      'photo of ohwx, facing the camera\n',
    ]);
    rmSync(join(faceset.folder, 'lora'), { recursive: true });
    faceset.cache = { ...faceset.cache, pose: undefined };
    faceset.options = { ...faceset.options, triggerWord: 'zyx' };
    expect(new Set(await captions())).toEqual(new Set(['photo of zyx\n']));
  });

  it('leaves out whose photo is gone and whose face is not found in the picture, and says why', async () => {
    const faceset = await facesetToWrite(Array.from({ length: 3 }, () => photo([300, 150, 380, 250])));
    rmSync(faceset.cache.images[1].path);
    // The cache says of the third that it is somebody else.
    faceset.cache.embedding.set([0, 20], 16);
    const { images, ranks, skipped } = await write(faceset);
    expect(ranks).toEqual([0]);
    expect(images!.map(({ file }) => file)).toEqual(['lora/0000.png']);
    expect(skipped!.map(({ rank, reason }) => [rank, reason.code])).toEqual([
      [1, 'source-missing'],
      [2, 'face-changed'],
    ]);
  });

  it('can be stopped', async () => {
    const faceset = await facesetToWrite([photo([300, 150, 380, 250])]);
    await expect(write({ ...faceset, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
