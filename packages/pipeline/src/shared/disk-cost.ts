import { constants } from 'node:fs';
import { copyFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nullIfMissing, pathToFs } from '@face-sets/files';
import type { LinkMode } from '@face-sets/outputs';
import { notice, type StepOptions, warning } from './context.js';
import { count } from './count.js';
import { option, PipelineError } from './errors.js';

/** An upper estimate of what a run writes, in bytes. */
export interface DiskCost {
  /** Copies of the photos in `raw/`, and their thumbnails. */
  raw: number;
  /** The same in `refined/`. */
  refined: number;
  /** Crops, bundles and thumbnails. */
  facesets: number;
  /** The face cache. */
  cache: number;
  total: number;
  /** Of `total`, what hard links in place of copies would save. */
  copies: number;
  /** How photos are placed here: `copy` where the file system cannot clone. */
  placed: 'clone' | 'copy' | 'hard' | 'sym';
  /** Bytes that are free for this user where the output goes. */
  free: number;
}

/** Faces in a photo, copies of a photo in raw/ and in refined/ (one for each person in it), as measured on family photos. */
const FACES = 1.2;

const RAW_COPIES = 1.5;

const REFINED_COPIES = 1;

/** A face in the cache: embedding, landmarks, pose, and its share of the photo's record. */
const CACHE_FACE = 5_000;

/** A picture of a report page. */
const THUMBNAIL = 20_000;

/** A crop and its copies in bundles, by pixels: PNG of faces take 0.6 to 1.8 bytes a pixel, and lie in two or three places. */
const CROP_BYTES_PER_PIXEL = 2.2;

/** What the cost of a run depends on beside its photos. */
export interface DiskCostOptions {
  link: LinkMode;
  /** Side of a crop, pixels. */
  outSize: number;
  /** Whether pages are written. */
  report: boolean;
}

/**
 * Estimates the disk space that a run over these photos needs.
 *
 * @param photos their number, and their bytes
 * @param out may not exist yet; then nothing is written to find out whether the file system clones
 * @param source one of the photos, whose file system hard links and clones need
 */
export async function diskCost(
  photos: { photos: number; bytes: number },
  out: string,
  source: string | undefined,
  { link, outSize, report }: DiskCostOptions,
): Promise<DiskCost> {
  const placed = link === 'clone' ? ((await canClone(source, out)) ? 'clone' : 'copy') : link;
  const faces = photos.photos * FACES;
  const thumbnails = report ? faces * THUMBNAIL : 0;
  const copied = placed === 'copy' ? photos.bytes : 0;
  const cost = {
    raw: RAW_COPIES * copied + thumbnails,
    refined: REFINED_COPIES * copied + thumbnails,
    facesets: faces * outSize ** 2 * CROP_BYTES_PER_PIXEL + thumbnails,
    cache: faces * CACHE_FACE,
  };
  const { bavail, bsize } = await statfs(pathToFs(await existing(out)));
  return {
    ...mapped(cost, Math.round),
    total: Math.round(cost.raw + cost.refined + cost.facesets + cost.cache),
    copies: Math.round((RAW_COPIES + REFINED_COPIES) * copied),
    placed,
    free: bavail * bsize,
  };
}

/**
 * Reports the space a run will take, and warns if the disk may be too small.
 *
 * @param hardLinks whether photos and output lie on one file system
 * @throws PipelineError where there is not even room for half of it
 */
export function tellDiskCost(cost: DiskCost, hardLinks: boolean, options: StepOptions): void {
  const { total, free, copies, placed } = cost;
  const room = `up to ${megabytes(total)} where ${megabytes(free)} are free`;
  const advice = copies > 0 && hardLinks ? `${option('link')} hard saves ${megabytes(copies)}` : '';
  if (total / 2 > free) {
    throw new PipelineError(
      `no room: the outputs take ${room}; ${advice ? `${advice}, or ` : ''}choose another disk`,
    );
  }
  if (total > free)
    warning(options, `there may not be enough room: the outputs take ${room}${advice && `; ${advice}`}`);
  else {
    notice(
      options,
      `The outputs will take up to ${megabytes(total)} (${megabytes(free)} are free)` +
        `${placed === 'copy' && advice ? `; photos are copied, since this file system cannot clone: ${advice}` : ''}`,
    );
  }
}

/** Whether two paths, the second of which may not exist yet, lie on one file system. */
export async function onOneFileSystem(source: string, out: string): Promise<boolean> {
  const [a, b] = [await stat(pathToFs(source)), await stat(pathToFs(await existing(out)))];
  return a.dev === b.dev;
}

/** `900 bytes`, `27 MB`, `1.5 GB`. */
export function megabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(bytes >= 1e10 ? 0 : 1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : count(Math.ceil(bytes / 1000), 'kB', 'kB');
}

function mapped<K extends string>(
  values: Record<K, number>,
  change: (value: number) => number,
): Record<K, number> {
  return Object.fromEntries(
    Object.entries<number>(values).map(([name, value]) => [name, change(value)]),
  ) as Record<K, number>;
}

/** Whether the file system clones, which is found out by a clone of an empty file beside the outputs. */
async function canClone(source: string | undefined, out: string): Promise<boolean> {
  if (source === undefined || !(await nullIfMissing(out, stat(out)))) return false;
  if (!(await onOneFileSystem(source, out))) return false;
  const [from, to] = ['from', 'to'].map((name) => join(out, `.face-sets-clone-${process.pid}-${name}`));
  try {
    await writeFile(from!, 'x', { flag: 'wx', mode: 0o600 });
    await copyFile(from!, to!, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return true;
  } catch {
    return false;
  } finally {
    await rm(from!, { force: true });
    await rm(to!, { force: true });
  }
}

/** The path itself, or the nearest folder above it that exists. */
async function existing(path: string): Promise<string> {
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((await nullIfMissing(at, stat(pathToFs(at)))) || at === dirname(at)) return at;
  }
}
