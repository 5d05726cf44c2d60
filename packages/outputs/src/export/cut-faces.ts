import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { forEachLimit, readFileIfThere } from '@face-sets/files';
import {
  auditCrop,
  type BuildContext,
  chooseFaces,
  type EarlierCrop,
  encodePng,
  type FacesetPlan,
  type PlannedFace,
  partOf,
  possibleDuplicates,
  readPhoto,
  readsParts,
  type SingleFaceResult,
  singleFaceCrop,
} from '@face-sets/fsz-export';
import { faceKey, type Rejection, type SwapCrop } from '@face-sets/manifests';
import { copyFileOf } from '@face-sets/photos';
import {
  type Box,
  type Copy,
  cropRegion,
  faceTraits,
  type PerceptualHash,
  type PixelRect,
  perceptualHash,
  type RgbImage,
  sharpnessOf,
} from '@face-sets/quality';
import { FACES_FOLDER } from '../folders/faceset-folders.js';

/** More than the hash looks at, as a share of the longer bbox side. */
const HASH_PADDING = 0.2;

/** A crop in a temporary file. */
interface CutFace {
  /** Of the plan's faces. */
  index: number;
  cut: string;
  crop: SwapCrop;
  embedding: Float32Array;
}

/** What has become of the faces of a plan. */
export interface CutFaces {
  /** Best first. */
  kept: CutFace[];
  /** By index into the plan's faces. */
  rejected: ReadonlyMap<number, Rejection>;
}

/** Cuts the chosen faces out; where one cannot be, those it stood for are tried. */
export async function cutFaces(folder: string, plan: FacesetPlan, context: BuildContext): Promise<CutFaces> {
  const { cache, options, signal } = context;
  const { hashes, copies } = await lookAtFaces(plan, context);
  const failed = new Map<number, Rejection>();
  const cuts = new Map<number, CutFace>();
  for (;;) {
    const chosen = chooseFaces(cache, plan.faces, hashes, options.duplicateThreshold, failed, copies);
    const todo = chosen.kept.filter((index) => !cuts.has(index));
    if (todo.length === 0) {
      for (let i = cuts.size + failed.size; i < plan.faces.length; i++) context.onFace();
      const kept = chosen.kept.map((index) => cuts.get(index) as CutFace);
      // Some were cut before a face that failed let a better one of theirs in.
      for (const one of cuts.values()) if (!kept.includes(one)) await rm(one.cut);
      return { kept, rejected: chosen.rejected };
    }
    await forEachLimit(todo, options.concurrency, async (index) => {
      signal?.throwIfAborted();
      const result = await cutFace(plan.faces[index], context);
      if ('image' in result) {
        const cut = join(folder, FACES_FOLDER, `cut-${index}`);
        await writeFile(cut, await encodePng(result.image), { mode: 0o600 });
        cuts.set(index, { index, cut, crop: result.crop, embedding: result.found.embedding });
      } else failed.set(index, result.reason);
      context.onFace();
    });
  }
}

/**
 * Perceptual hashes of the faces that may have near-duplicates, by row, and what tells copies of them apart. Photos that
 * cannot be read have none.
 */
async function lookAtFaces(
  plan: FacesetPlan,
  { cache, options, finder, signal }: BuildContext,
): Promise<{ hashes: Map<number, PerceptualHash>; copies: Map<number, Copy> }> {
  const rows = plan.faces.map(({ ref }) => ref.row);
  const hashes = new Map<number, PerceptualHash>();
  const copies = new Map<number, Copy>();
  const possible = await possibleDuplicates(cache, rows, options.duplicateThreshold);
  await forEachLimit(possible, options.concurrency, async (row) => {
    signal?.throwIfAborted();
    const image = cache.images[cache.imageIndex[row]];
    const [x1, y1, x2, y2] = faceBbox(cache, row);
    const part = readsParts(image, finder) ? partOf(cropRegion([x1, y1, x2, y2], HASH_PADDING), image) : null;
    const photo = await readPhoto(image, finder, part ?? undefined);
    if ('reason' in photo) return;
    const { x, y } = part ?? { x: 0, y: 0 };
    const face = [x1 - x, y1 - y, x2 - x, y2 - y] as const;
    hashes.set(row, perceptualHash(photo, face));
    const traits = faceTraits(photo, face);
    if (!traits) return;
    const { path: source, size: bytes } = image;
    // What counts is the face, in whatever photo it is.
    const [width, height] = [Math.round(x2 - x1), Math.round(y2 - y1)];
    const sharpness = sharpnessOf(traits, Math.min(x2 - x1, y2 - y1));
    copies.set(row, { source, width, height, bytes, sharpness, traits, file: await copyFileOf(source) });
  });
  return { hashes, copies };
}

async function cutFace({ ref }: PlannedFace, context: BuildContext): Promise<SingleFaceResult> {
  const { row } = ref;
  const { cache, finder, options } = context;
  const image = cache.images[cache.imageIndex[row]];
  const read = async (part?: PixelRect, size?: number): Promise<RgbImage> => {
    const photo = await readPhoto(image, finder, part, size);
    if ('reason' in photo) throw new UnreadablePhoto(photo.reason);
    return photo;
  };
  const face = { bbox: faceBbox(cache, row), embedding: embeddingOf(cache, row) };
  const earlier = context.crops?.get(faceKey(ref));
  const again = earlier && (await earlierCrop(earlier, face, context));
  if (again) return again;
  try {
    const { width, height } = image;
    const photo = readsParts(image, finder)
      ? { width, height, part: read, whole: () => read() }
      : await read();
    return await singleFaceCrop(photo, face, finder, {
      padRatio: options.padRatio,
      size: options.outSize,
      verifySizes: options.verifySizes,
      maxDistance: options.maxCropDistance,
    });
  } catch (error) {
    if (error instanceof UnreadablePhoto) return { reason: error.reason };
    throw error;
  }
}

/**
 * A crop that was made before, if it still shows the face and no other: its photo need not be there any more.
 *
 * @throws UnreadablePathError when the file may not be read.
 */
async function earlierCrop(
  { path, crop }: EarlierCrop,
  face: { bbox: Box; embedding: Float32Array },
  { finder, options }: BuildContext,
): Promise<SingleFaceResult | null> {
  // Read by itself first, since a decoder does not say why it fails; one that is damaged is cut out of its photo again.
  if ((await readFileIfThere(path, { follow: false })) === null) return null;
  const image = await finder.decode(path).catch(() => null);
  if (image?.width !== options.outSize || image.height !== options.outSize) return null;
  const audited = await auditCrop(image, face, crop, finder, {
    verifySizes: options.verifySizes,
    maxDistance: options.maxCropDistance,
  });
  return 'found' in audited ? { image, crop, found: audited.found } : null;
}

/** Carries the reason out of a crop that was to be made of the photo. */
class UnreadablePhoto extends Error {
  readonly reason: Rejection;

  constructor(reason: Rejection) {
    super(reason.message);
    this.reason = reason;
  }
}
