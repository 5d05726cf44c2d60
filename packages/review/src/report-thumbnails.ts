import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileSha256,
  forEachLimit,
  isRealFile,
  isRealPath,
  makeRealFolder,
  nullIfMissing,
  pathToFs,
  readRegularFile,
  requireRealFolder,
  TEMP_PREFIX,
  writeFileAtomic,
} from '@face-sets/files';
import { REPORT_FOLDER, removeEmptyFolder } from '@face-sets/outputs';
import { type Box, cropRegion, type RgbImage } from '@face-sets/quality';
import type { Sharp } from 'sharp';
import type { ReportFace } from './report-model.js';

/** Side of a thumbnail in pixels: sharp on a screen of double density at the size the page shows it. */
const THUMBNAIL_SIZE = 192;
/** Raised when the same face gives other pixels than before. */
const THUMBNAIL_VERSION = 1;
/** Padding around a face, as a share of its longer side: hair and chin are seen. */
const PADDING = 0.25;
const THUMBNAIL_NAME = /^[0-9a-f]{24}\.webp$/;
const FOLDER_NAME = /^[0-9a-f]{2}$/;

/** A photo to be decoded for thumbnails. */
export interface ReportPhoto {
  path: string;
  /** SHA-256 of its content, to look it up in a cache. */
  sha256: string;
  /** How small the picture may be made if that is faster, of its full size, 0 to 1. */
  scale: number;
}

/** Decodes a photo, upright. `width` is that of the upright photo in full, pixels. */
export type ReportDecoder = (photo: ReportPhoto) => Promise<{ image: RgbImage; width: number }>;

/** What happened to the thumbnails of a report. */
export interface ThumbnailCounts {
  rendered: number;
  /** Taken over from another report. */
  copied: number;
  unchanged: number;
  removed: number;
  /** Faces whose photo is gone, has changed or cannot be read: shown without a picture. */
  missing: number;
}

export interface ThumbnailsInput {
  /** Folder of the output. */
  out: string;
  faces: readonly ReportFace[];
  decode?: ReportDecoder;
  /** Folders of outputs whose reports may have some of the thumbnails. */
  reuse?: readonly string[];
  /** Photos in memory at the same time; default 2. */
  concurrency?: number;
  onProgress?: (progress: { done: number; total: number }) => void;
  signal?: AbortSignal;
}

/**
 * Brings the thumbnails of all faces to `_report/`. Each is named for what it shows, so that those which are there
 * already are right; those which no face needs are removed.
 *
 * @returns The thumbnail of each face, relative with `/`, or null where there is none.
 */
export async function writeThumbnails(
  input: ThumbnailsInput,
): Promise<{ files: (string | null)[]; counts: ThumbnailCounts }> {
  const { out, faces, concurrency = 2 } = input;
  const root = join(out, REPORT_FOLDER);
  await requireRealFolder(root);
  const names = faces.map(thumbnailName);
  const present = await presentThumbnails(root);
  const counts = { rendered: 0, copied: 0, unchanged: 0, removed: 0, missing: 0 };
  const wanted = new Set(names);
  for (const name of wanted) if (present.has(name)) counts.unchanged++;
  const write = async (name: string, bytes: Uint8Array) => {
    const folder = await makeRealFolder(out, `${REPORT_FOLDER}/${folderOf(name)}`);
    // Not durable: what a power cut takes is made again.
    await writeFileAtomic(join(folder, name), bytes, { durable: false });
    ready.add(name);
  };
  const ready = new Set([...wanted].filter((name) => present.has(name)));
  for (const other of input.reuse ?? []) {
    if (!(await isRealPath(other, REPORT_FOLDER))) continue;
    const there = await presentThumbnails(join(other, REPORT_FOLDER));
    for (const name of wanted) {
      if (ready.has(name) || !there.has(name)) continue;
      const bytes = await readRegularFile(join(other, REPORT_FOLDER, folderOf(name), name), {
        follow: false,
      });
      await write(name, bytes);
      counts.copied++;
    }
  }

  // A photo is decoded once for all the faces on it.
  const jobs = new Map<string, Map<string, ReportFace>>();
  faces.forEach((face, i) => {
    const name = names[i];
    if (ready.has(name)) return;
    const picture = face.crop ? `${face.sha256} ${name}` : face.sha256;
    const job = jobs.get(picture);
    if (job) job.set(name, face);
    else jobs.set(picture, new Map([[name, face]]));
  });
  const total = wanted.size;
  input.onProgress?.({ done: ready.size, total });
  let done = ready.size;
  await forEachLimit([...jobs.values()], concurrency, async (job) => {
    input.signal?.throwIfAborted();
    const pictures = await renderJob(out, job, input.decode ?? decodeWithSharp);
    for (const [name, bytes] of pictures) {
      await write(name, bytes);
      counts.rendered++;
    }
    done += job.size;
    input.onProgress?.({ done, total });
  });

  counts.removed = await removeOthers(root, ready);
  const files = names.map((name) => (ready.has(name) ? `${REPORT_FOLDER}/${folderOf(name)}/${name}` : null));
  counts.missing = files.filter((file) => file === null).length;
  return { files, counts };
}

/** A name for what the thumbnail shows: the content of the photo and where the face is, or how it was cropped. */
function thumbnailName(face: ReportFace): string {
  const key = JSON.stringify([THUMBNAIL_VERSION, face.sha256, face.bbox ?? null, face.crop ?? null]);
  return `${createHash('sha256').update(key).digest('hex').slice(0, 24)}.webp`;
}

function folderOf(name: string): string {
  return name.slice(0, 2);
}

async function presentThumbnails(root: string): Promise<Set<string>> {
  const present = new Set<string>();
  for (const folder of (await nullIfMissing(root, readdir(root))) ?? []) {
    if (!FOLDER_NAME.test(folder) || !(await isRealPath(root, folder))) continue;
    const path = join(root, folder);
    for (const entry of (await nullIfMissing(path, readdir(path, { withFileTypes: true }))) ?? []) {
      if (entry.isFile()) present.add(entry.name);
    }
  }
  return present;
}

/** Removes thumbnails that no face has, and what a killed run left; files of other names stay. */
async function removeOthers(root: string, wanted: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const folder of (await nullIfMissing(root, readdir(root))) ?? []) {
    if (!FOLDER_NAME.test(folder) || !(await isRealPath(root, folder))) continue;
    for (const name of await readdir(join(root, folder))) {
      const ours = THUMBNAIL_NAME.test(name) && !wanted.has(name);
      if (!ours && !name.startsWith(TEMP_PREFIX)) continue;
      await rm(join(root, folder, name), { force: true });
      if (ours) removed++;
    }
    await removeEmptyFolder(join(root, folder));
  }
  return removed;
}

/** The thumbnails of all wanted faces of one photo or crop; none where it is gone or is another by now. */
async function renderJob(
  out: string,
  job: ReadonlyMap<string, ReportFace>,
  decode: ReportDecoder,
): Promise<Map<string, Uint8Array>> {
  const faces = [...job.values()];
  const [{ crop, file, source, aliases, sha256 }] = faces;
  const pictures = new Map<string, Uint8Array>();
  const placed = file === undefined ? [] : [join(out, file)];
  for (const path of crop ? placed : [...placed, source, ...aliases]) {
    try {
      if (crop) {
        // What a link leads to is not one of our crops, and must not be shown.
        if (!(await isRealFile(out, file as string))) return pictures;
        const [name] = job.keys();
        const { default: sharp } = await import('sharp');
        return pictures.set(name, await encode(sharp(path)));
      }
      if ((await fileSha256(path)) !== sha256) continue;
      const { image, width } = await decode({ path, sha256, scale: scaleFor(faces) });
      for (const [name, face] of job) {
        pictures.set(name, await cutThumbnail(image, face.bbox, image.width / width));
      }
      return pictures;
    } catch {
      // The photo may be readable at another of its paths; if not, the face is shown without a picture.
    }
  }
  return pictures;
}

/** How small the photo may be, of its full size, so that no thumbnail has to be enlarged that would not be anyway. */
function scaleFor(faces: readonly ReportFace[]): number {
  const sides = faces.map(({ bbox, photo }) => {
    if (bbox) return cropRegion(bbox, PADDING).side;
    // A whole photo whose size is not known here is decoded in full.
    return photo?.width && photo.height ? Math.min(photo.width, photo.height) : THUMBNAIL_SIZE;
  });
  return Math.min(1, THUMBNAIL_SIZE / Math.min(...sides));
}

/** The decoder of those who bring none: sharp's formats only. */
async function decodeWithSharp({ path, scale }: ReportPhoto): ReturnType<ReportDecoder> {
  const name = pathToFs(path);
  // It takes no names that are not UTF-8.
  const input = typeof name === 'string' ? name : await readFile(name);
  const { default: sharp } = await import('sharp');
  const { autoOrient } = await sharp(input).metadata();
  const { data, info } = await sharp(input, { autoOrient: true })
    .resize(Math.max(1, Math.round(autoOrient.width * scale)))
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels, expected 3`);
  const { width, height } = info;
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { image: { data: pixels, width, height }, width: autoOrient.width };
}

/** @param scale Pixels of `image` per pixel of the full photo. */
async function cutThumbnail(image: RgbImage, bbox: Box | undefined, scale: number): Promise<Uint8Array> {
  if (!bbox) return encode(await picture(image));
  const [x1, y1, x2, y2] = bbox;
  const region = cropRegion([x1 * scale, y1 * scale, x2 * scale, y2 * scale], PADDING);
  // At the photo's edge the square moves inside: a thumbnail shows what there is.
  const side = Math.min(region.side, image.width, image.height);
  const left = Math.min(Math.max(region.x, 0), image.width - side);
  const top = Math.min(Math.max(region.y, 0), image.height - side);
  // Cut out here, since sharp would copy the whole photo for each of its faces.
  const data = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const start = ((top + row) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + side * 3), row * side * 3);
  }
  return encode(await picture({ data, width: side, height: side }));
}

async function picture({ data, width, height }: RgbImage): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function encode(pixels: Sharp): Promise<Uint8Array> {
  return pixels
    .resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'cover', kernel: 'lanczos3' })
    .webp({ quality: 76, effort: 2 })
    .toBuffer();
}
