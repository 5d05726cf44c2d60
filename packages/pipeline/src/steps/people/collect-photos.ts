import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { CacheImage } from '@face-sets/cache-npz';
import { pathToFs } from '@face-sets/files';
import { type LinkMode, type MaterializeFailure, materialize } from '@face-sets/outputs';
import { requireWritable } from '../../shared/check-arguments.js';
import { inStage, type StepOptions } from '../../shared/context.js';
import { count } from '../../shared/count.js';
import { currentPeople } from './open-people.js';

/** Options of {@link collectPhotos}. */
export interface CollectOptions extends StepOptions {
  /** How photos are placed. @default 'clone' */
  link?: LinkMode;
}

/** What {@link collectPhotos} does where nothing is said. */
export const COLLECT_DEFAULTS = { link: 'clone' } as const;

/** What {@link collectPhotos} did. */
export interface CollectResult {
  cache: string;
  /** Number of the person. */
  person: number;
  name: string | null;
  to: string;
  /** Photos of the person, by path, and their files in `to`. */
  photos: { photo: string; file: string; status: 'created' | 'unchanged' }[];
  /** Photos that could not be placed. */
  failures: { photo: string; reason: MaterializeFailure; message: string }[];
}

/**
 * Puts all photos of a person into a folder, under their own file names; where several have one name, a number is added.
 * Files that are there and are not these photos stay as they are.
 *
 * @param who as for `namePerson`
 * @param to the folder; made where it is not there
 */
export async function collectPhotos(
  who: string,
  cachePath: string,
  to: string,
  options: CollectOptions = {},
): Promise<CollectResult> {
  const { meant } = await currentPeople(cachePath, options);
  const { number, name, faces } = await meant.person(who);
  const images = new Set(faces.flatMap((face) => meant.photos.of(face) ?? []));
  const photos = [...images].sort((a, b) => (a.path < b.path ? -1 : 1));
  await requireWritable(to);
  await mkdir(pathToFs(to), { recursive: true, mode: 0o700 });
  return inStage(options, 'Collecting', 'photos', async (stage) => {
    const result: CollectResult = { cache: cachePath, person: number, name, to, photos: [], failures: [] };
    const used = new Set<string>();
    for (const [i, image] of photos.entries()) {
      options.signal?.throwIfAborted();
      const placed = await place(image, to, used, options.link ?? COLLECT_DEFAULTS.link);
      if ('file' in placed) result.photos.push(placed);
      else result.failures.push(placed);
      stage.update(i + 1, photos.length);
    }
    return { result, summary: `Collected ${count(result.photos.length, 'photo')}` };
  });
}

/** Places a photo under the first name that is free, or is its own. */
async function place(
  { path, pathAliases, sha256, size, mtime }: CacheImage,
  to: string,
  used: Set<string>,
  mode: LinkMode,
): Promise<CollectResult['photos'][number] | CollectResult['failures'][number]> {
  let failure: CollectResult['failures'][number] | undefined;
  for (const photo of [path, ...pathAliases]) {
    // The time of change is known of the first path only; content decides for the others.
    const expected = { sha256, size, ...(photo === path ? { mtime } : {}) };
    for (let n = 1; ; n++) {
      const file = numbered(basename(photo), n);
      // Some file systems take no notice of case.
      const key = file.normalize('NFC').toLowerCase();
      if (used.has(key)) continue;
      const placed = await materialize(photo, join(to, file), { mode, expected });
      if (placed.status !== 'failed') {
        used.add(key);
        return { photo, file, status: placed.status };
      }
      if (placed.reason === 'foreign-file') continue;
      failure ??= { photo, reason: placed.reason, message: placed.message };
      break;
    }
  }
  return failure!;
}

/** `IMG_1.jpg`, then `IMG_1 (2).jpg`. */
function numbered(name: string, n: number): string {
  const extension = extname(name);
  return n === 1 ? name : `${name.slice(0, name.length - extension.length)} (${n})${extension}`;
}
