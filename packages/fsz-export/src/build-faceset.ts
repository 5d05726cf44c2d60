import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbImage } from '@face-sets/quality';
import type { CacheImage } from './cache-view.js';
import { encodePng } from './encode-png.js';
import { errorText } from './errors.js';
import type { FaceFinder } from './face-finder.js';
import { FACES_FOLDER } from './faceset-folders.js';
import { writeName } from './faceset-names.js';
import { forEachLimit } from './for-each-limit.js';
import { MANIFEST_NAMES, writeManifest } from './manifest-file.js';
import { rounded } from './manifest-json.js';
import {
  MANIFEST_SCHEMA_VERSION,
  namedOptions,
  type OptionValues,
  type Rejection,
} from './manifest-parts.js';
import { type ExportCache, embeddingOf, type FacesetPlan, type PlannedFace } from './plan-faceset.js';
import { singleFaceCrop } from './single-face.js';
import { sourceState } from './source-state.js';
import type { SwapBundle, SwapCrop, SwapFacesetManifest } from './swap-manifest.js';
import type { ResolvedSwapOptions } from './swap-options.js';
import { fszEntryName, writeFsz } from './write-fsz.js';

/** What {@link buildFaceset} needs beside the plan. */
export interface BuildContext {
  cache: ExportCache;
  finder: FaceFinder;
  options: ResolvedSwapOptions;
  /** The owner's name, or null. */
  name: string | null;
  /** Called when a face is done. */
  onFace: () => void;
  signal?: AbortSignal;
}

/**
 * Makes a faceset in an empty folder: crops, bundles, manifest, name. One photo is in memory for each of the
 * `concurrency` workers, however large the faceset.
 *
 * @returns The manifest; where no face is left its `faces` are empty and nothing useful is in the folder.
 */
export async function buildFaceset(
  folder: string,
  plan: FacesetPlan,
  context: BuildContext,
): Promise<SwapFacesetManifest> {
  const { options } = context;
  const faces = join(folder, FACES_FOLDER);
  await mkdir(faces, { recursive: true, mode: 0o700 });
  const results: ({ crop: SwapCrop } | { reason: Rejection })[] = [];
  await forEachLimit(plan.faces, options.concurrency, async (face, i) => {
    context.signal?.throwIfAborted();
    const result = await cutFace(face, context);
    if ('image' in result) {
      await writeFile(join(faces, `cut-${i}`), await encodePng(result.image), { mode: 0o600 });
      results[i] = { crop: result.crop };
    } else results[i] = result;
    context.onFace();
  });

  const kept = plan.faces.flatMap((face, i) => {
    const result = results[i];
    return 'crop' in result ? [{ face, crop: result.crop, cut: `cut-${i}` }] : [];
  });
  const names = kept.map((_, rank) => fszEntryName(rank, kept.length));
  for (const [rank, { cut }] of kept.entries()) await rename(join(faces, cut), join(faces, names[rank]));
  const late = plan.faces.flatMap(({ ref }, i) => {
    const result = results[i];
    return 'reason' in result ? [{ ref, reason: result.reason }] : [];
  });
  const manifest: SwapFacesetManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'swap-faceset',
    id: plan.id,
    status: kept.length < options.minFaces ? 'thin' : 'ok',
    inputs_sha256: plan.inputsSha256,
    options: swapOptionValues(options),
    bundles: kept.length > 0 ? await writeBundles(folder, plan.id, names, options.topN) : [],
    faces: kept.map(({ face, crop }, rank) => ({
      rank,
      file: `${FACES_FOLDER}/${names[rank]}`,
      score: rounded(face.ranked.score, 6),
      parts: partsOf(face),
      distance: face.distance,
      crop,
      ...face.ref,
    })),
    rejected: [...plan.rejected, ...late]
      .sort((a, b) => a.ref.row - b.ref.row)
      .map(({ ref, reason }) => ({ ...ref, reason })),
  };
  await writeName(folder, plan.id, context.name);
  await writeManifest(join(folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset', manifest);
  return manifest;
}

/** The options that shape an export, as its manifests say them. */
export function swapOptionValues({ concurrency: _, ...options }: ResolvedSwapOptions): OptionValues {
  return namedOptions({ ...options });
}

function partsOf({ ranked: { parts } }: PlannedFace): Record<string, number> {
  return {
    frontality: rounded(parts.frontality, 6),
    det_score: rounded(parts.detScore, 6),
    landmark_symmetry: rounded(parts.landmarkSymmetry, 6),
    face_size: rounded(parts.faceSize, 6),
    sharpness: rounded(parts.sharpness, 6),
  };
}

async function cutFace(
  face: PlannedFace,
  { cache, finder, options }: BuildContext,
): Promise<{ image: RgbImage; crop: SwapCrop } | { reason: Rejection }> {
  const image = cache.images[cache.imageIndex[face.ref.row]];
  const photo = await readPhoto(image, finder);
  if ('reason' in photo) return photo;
  const { row } = face.ref;
  const [x1, y1, x2, y2] = cache.bbox.subarray(row * 4, row * 4 + 4);
  return singleFaceCrop(photo, { bbox: [x1, y1, x2, y2], embedding: embeddingOf(cache, row) }, finder, {
    padRatio: options.padRatio,
    size: options.outSize,
    verifySizes: options.verifySizes,
    maxDistance: options.maxCropDistance,
  });
}

/** The photo from the first of its paths that still has the content the face was found in. */
async function readPhoto(image: CacheImage, finder: FaceFinder): Promise<RgbImage | { reason: Rejection }> {
  let reason: Rejection | undefined;
  for (const path of [image.path, ...image.pathAliases]) {
    const expected = path === image.path ? image : { sha256: image.sha256, size: image.size };
    const source = await sourceState(path, expected);
    if (source.state !== 'same') {
      reason ??= { code: `source-${source.state}`, message: source.message };
      continue;
    }
    try {
      const photo = await finder.decode(path, image.rotation);
      if (photo.width === image.width && photo.height === image.height) return photo;
      const found = `${photo.width}×${photo.height}, ${image.width}×${image.height} when its faces were found`;
      reason = { code: 'source-size', message: `${path} is decoded to ${found}; run embed again` };
    } catch (error) {
      reason = { code: 'source-unreadable', message: `${path} cannot be read: ${errorText(error)}` };
    }
  }
  return { reason: reason as Rejection };
}

async function writeBundles(
  folder: string,
  id: string,
  names: readonly string[],
  topN: readonly number[],
): Promise<SwapBundle[]> {
  const bundles: SwapBundle[] = [];
  const wanted = [...topN.map((n) => ({ label: `top${n}`, n })), { label: 'all', n: names.length }];
  for (const { label, n } of wanted) {
    const file = `${id}_${label}.fsz`;
    const chosen = names.slice(0, n);
    const written = await writeFsz(
      join(folder, file),
      chosen.map((name) => () => readFile(join(folder, FACES_FOLDER, name))),
    );
    bundles.push({ file, faces: chosen.length, ...written });
  }
  return bundles;
}
