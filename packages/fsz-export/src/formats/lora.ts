import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { forEachLimit } from '@face-sets/files';
import type { SwapExported } from '@face-sets/manifests';
import { type Box, type CropRegion, frontality } from '@face-sets/quality';
import { type NoPhoto, readPhoto } from '../crops/read-photo.js';
import { singleFaceCrop } from '../crops/single-face.js';
import { encodePng } from '../fsz/encode-png.js';
import { valuesOfRow } from '../selection/export-cache.js';
import type { FacesetFormat, FacesetToWrite } from './format.js';

const FOLDER = 'lora';
/** Side of the square, in longer sides of the bbox: head and shoulders. */
const WIDTH = 3;
/** How far down in the square the face's center is. */
const FACE_HEIGHT = 0.4;
/** A face that fills more of the picture is missed by a detector at 640×640, and found at 128×128. */
const LARGE_SHARE = 0.55;
/** Trainers want at least 512 pixels, and more than 1024 bring nothing. */
const LEAST_SIZE = 512;
const MOST_SIZE = 1024;

type LoraImage = NonNullable<SwapExported['images']>[number];

/**
 * A folder to train a LoRA with, as kohya's sd-scripts (https://github.com/kohya-ss/sd-scripts) and other trainers read
 * it: pictures, each with a caption in a `.txt` of the same name. For each face there is a picture of head and shoulders in which it is alone, inside the photo where that is
 * possible, 512 to 1024 pixels square. The caption has the trigger word and how the head is turned,
 * which training is to keep apart from the person.
 */
export const lora: FacesetFormat<'lora'> = {
  name: 'lora',
  per: 'faceset',
  help: 'a training folder: wider pictures with captions',
  tools: ['kohya_ss', 'kohya', 'DreamBooth', 'FLUX'],
  alsoCalled: ['training'],
  examples: ['lora/0000.png', 'lora/0000.txt'],
  needs: { photos: true },
  folder: FOLDER,
  fileNames: /^\d+\.(png|txt)$/,
  async write(faceset) {
    const { folder, ranks, options, signal } = faceset;
    await mkdir(join(folder, FOLDER), { mode: 0o700 });
    const results: (LoraImage | NoPhoto)[] = [];
    await forEachLimit(ranks, options.concurrency, async (rank, i) => {
      signal?.throwIfAborted();
      results[i] = await writePicture(faceset, rank);
    });
    const images = results.flatMap((result) => ('file' in result ? [result] : []));
    const skipped = results.flatMap((result, i) =>
      'reason' in result ? [{ rank: ranks[i], reason: result.reason }] : [],
    );
    return {
      exported: {
        files: images.flatMap(({ file }) => [file, file.replace(/png$/, 'txt')]),
        ranks: images.map(({ rank }) => rank),
        images,
        skipped,
      },
    };
  },
};

/** Writes the picture of a face and its caption; or says why it cannot. */
async function writePicture(
  { folder, faces, cache, finder, options }: FacesetToWrite,
  rank: number,
): Promise<LoraImage | NoPhoto> {
  const { row } = faces[rank];
  const photo = await readPhoto(cache.images[cache.imageIndex[row]], finder);
  if ('reason' in photo) return photo;
  const bbox = faceBbox(cache, row);
  const region = headAndShoulders(bbox, photo);
  const [x1, y1, x2, y2] = bbox;
  const fills = Math.max(x2 - x1, y2 - y1) / region.side;
  const face = { bbox, embedding: embeddingOf(cache, row) };
  const result = await singleFaceCrop(photo, face, finder, {
    region,
    padRatio: (WIDTH - 1) / 2,
    size: Math.min(MOST_SIZE, Math.max(LEAST_SIZE, region.side)),
    verifySizes: [fills > LARGE_SHARE ? 128 : 640],
    maxDistance: options.maxCropDistance,
  });
  if ('reason' in result) return result;
  const name = `${FOLDER}/${String(rank).padStart(4, '0')}`;
  const text = caption(valuesOfRow(cache.pose, row, 3), options.triggerWord);
  await writeFile(join(folder, `${name}.png`), await encodePng(result.image), { mode: 0o600 });
  await writeFile(join(folder, `${name}.txt`), `${text}\n`, { mode: 0o600 });
  const { method, scale, upscaled } = result.crop;
  return { rank, file: `${name}.png`, region: result.crop.region, method, scale, upscaled };
}

/** The square of head and shoulders, moved and made smaller so that it lies inside the photo. */
function headAndShoulders(bbox: Box, photo: { width: number; height: number }): CropRegion {
  const [x1, y1, x2, y2] = bbox;
  const side = Math.min(Math.round(Math.max(x2 - x1, y2 - y1) * WIDTH), Math.min(photo.width, photo.height));
  const inside = (start: number, length: number) => Math.min(Math.max(Math.round(start), 0), length - side);
  return {
    x: inside((x1 + x2 - side) / 2, photo.width),
    y: inside((y1 + y2) / 2 - side * FACE_HEIGHT, photo.height),
    side,
  };
}

function caption(pose: ArrayLike<number> | undefined, triggerWord: string): string {
  const text = `photo of ${triggerWord}`;
  if (!pose || !Number.isFinite(pose[0]) || !Number.isFinite(pose[1])) return text;
  const facing = frontality(pose);
  if (facing >= 0.8) return `${text}, facing the camera`;
  return `${text}, ${facing >= 0.4 ? 'head turned' : 'in profile'}`;
}
