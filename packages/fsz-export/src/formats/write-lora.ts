import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachLimit } from '@face-sets/files';
import type { Rejection, SwapCrop } from '@face-sets/manifests';
import { type Box, type CropRegion, frontality, type RgbImage } from '@face-sets/quality';
import type { FaceFinder } from '../crops/face-finder.js';
import { singleFaceCrop } from '../crops/single-face.js';
import { encodePng } from '../fsz/encode-png.js';

/** The training folder, in the faceset's folder. */
export const LORA_FOLDER = 'lora';
/** Side of the square, in longer sides of the bbox: head and shoulders. */
const WIDTH = 3;
/** How far down in the square the face's centre is. */
const FACE_HEIGHT = 0.4;
/** A face that fills more of the picture is missed by a detector at 640×640, and found at 128×128. */
const LARGE_SHARE = 0.55;
/** Trainers want at least 512 pixels, and more than 1024 bring nothing. */
const LEAST_SIZE = 512;
const MOST_SIZE = 1024;

/** A face for the training folder. */
export interface LoraFace {
  rank: number;
  bbox: Box;
  embedding: Float32Array;
  /** Pitch, yaw, roll in degrees, where known. */
  pose?: ArrayLike<number>;
  read: () => Promise<RgbImage | { reason: Rejection }>;
}

/** What {@link writeLora} wrote. */
export interface WrittenLora {
  /** PNG files and their captions, relative to the faceset's folder. */
  files: string[];
  images: ({ rank: number; file: string } & Pick<SwapCrop, 'region' | 'method' | 'scale' | 'upscaled'>)[];
  skipped: { rank: number; reason: Rejection }[];
}

/**
 * Writes a folder to train a LoRA with: for each face a picture of head and shoulders in which it is alone, inside the
 * photo where that is possible, 512 to 1024 pixels square, and a caption with the trigger word and what is to be kept
 * apart from the person: how the head is turned.
 *
 * @param folder The faceset's.
 */
export async function writeLora(
  folder: string,
  faces: readonly LoraFace[],
  finder: Pick<FaceFinder, 'find'>,
  options: { triggerWord: string; maxCropDistance: number; concurrency: number; signal?: AbortSignal },
): Promise<WrittenLora> {
  await mkdir(join(folder, LORA_FOLDER), { mode: 0o700 });
  const results: ({ image: WrittenLora['images'][number] } | { reason: Rejection })[] = [];
  await forEachLimit(faces, options.concurrency, async (face, i) => {
    options.signal?.throwIfAborted();
    const photo = await face.read();
    if ('reason' in photo) {
      results[i] = photo;
      return;
    }
    const region = headAndShoulders(face.bbox, photo);
    const [x1, y1, x2, y2] = face.bbox;
    const fills = Math.max(x2 - x1, y2 - y1) / region.side;
    const result = await singleFaceCrop(photo, face, finder, {
      region,
      padRatio: (WIDTH - 1) / 2,
      size: Math.min(MOST_SIZE, Math.max(LEAST_SIZE, region.side)),
      verifySizes: [fills > LARGE_SHARE ? 128 : 640],
      maxDistance: options.maxCropDistance,
    });
    if ('reason' in result) {
      results[i] = result;
      return;
    }
    const name = `${LORA_FOLDER}/${String(face.rank).padStart(4, '0')}`;
    await writeFile(join(folder, `${name}.png`), await encodePng(result.image), { mode: 0o600 });
    await writeFile(join(folder, `${name}.txt`), `${caption(face.pose, options.triggerWord)}\n`, {
      mode: 0o600,
    });
    const { method, scale, upscaled } = result.crop;
    const image = {
      rank: face.rank,
      file: `${name}.png`,
      region: result.crop.region,
      method,
      scale,
      upscaled,
    };
    results[i] = { image };
  });
  const images = results.flatMap((result) => ('image' in result ? [result.image] : []));
  return {
    files: images.flatMap(({ file }) => [file, file.replace(/png$/, 'txt')]),
    images,
    skipped: results.flatMap((result, i) =>
      'reason' in result ? [{ rank: faces[i].rank, reason: result.reason }] : [],
    ),
  };
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
