import { createHash } from 'node:crypto';
import { type CacheWith, embeddingMatrix, embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { rejectOutliers, takeRows } from '@face-sets/cluster';
import {
  type FaceRef,
  type FacesetTraits,
  faceKey,
  faceRefOf,
  ManifestMismatchError,
  outlierMessage,
  type RefineManifest,
  type Rejection,
  rejection,
  rounded,
} from '@face-sets/manifests';
import { measuredText, shortEdge } from '@face-sets/quality';
import { facesetFormats } from '../formats/registry.js';
import type { ResolvedSwapOptions } from '../formats/swap-options.js';
import type { ExportCache } from './export-cache.js';
import { type RankedFace, rankFaces } from './rank-faces.js';

/** Raised when the same inputs come out differently than before: older facesets are then made again. */
const EXPORT_VERSION = 3;

/** A face that passed the gates. */
export interface PlannedFace {
  ref: FaceRef;
  ranked: RankedFace;
  /** Cosine distance to the centroid of the faceset. */
  distance: number;
  /** Year of capture, where it is known. */
  year?: number;
}

/** A face that is left out before any photo is opened. */
export interface PlannedRejection {
  ref: FaceRef;
  reason: Rejection;
  /** Where `clean` has put its crop, relative to the faceset's folder; null where it had none. */
  dropped?: string | null;
}

/** Faces that `clean` has taken out of a faceset, by {@link faceKey}: they stay out. */
export type DroppedFaces = ReadonlyMap<string, Required<Pick<PlannedRejection, 'reason' | 'dropped'>>>;

/** What is to become of a faceset, before any photo is opened. */
export interface FacesetPlan {
  id: string;
  /** Faces that few are too few of go to `_thin/`; candidates never do. */
  kind: 'faceset' | 'candidates';
  /** Faces that it must be left with to be anyone at all; default 1. */
  leastFaces?: number;
  /** Best first. */
  faces: PlannedFace[];
  rejected: PlannedRejection[];
  /** Name, era and years, where the refine manifest says them. */
  traits: FacesetTraits;
  /** SHA-256 of everything the export of this faceset depends on. */
  inputsSha256: string;
}

/** What planning needs beside the faces. */
export interface PlanContext {
  cache: ExportCache;
  options: ResolvedSwapOptions;
  /** See `FaceFinder.identity`. */
  finderIdentity?: string;
  /** Years of capture by the SHA-256 of the photo. */
  years?: ReadonlyMap<string, number>;
}

/**
 * Decides which faces of a refined faceset may be cut out: outlier gate (distance to the centroid of all its faces),
 * size gate, and ranks them by composite score.
 *
 * @param dropped Faces that were taken out of it before.
 * @throws ManifestMismatchError when the manifest's rows are not those of the cache.
 */
export function planFaceset(
  faceset: RefineManifest['facesets'][number],
  context: PlanContext,
  dropped: DroppedFaces = new Map(),
): FacesetPlan {
  const { cache, options } = context;
  const rejected: FacesetPlan['rejected'] = [];
  const rows: number[] = [];
  for (const face of faceset.faces) {
    checkSameFace(cache, face, faceset.id);
    const superseded = supersededReason(cache, face.row);
    const before = dropped.get(faceKey(face));
    if (superseded) rejected.push({ ref: faceRefOf(cache, face.row), reason: superseded });
    else if (before) rejected.push({ ref: faceRefOf(cache, face.row), ...before });
    else rows.push(face.row);
  }

  const distances = distancesToCentroid(cache, rows);
  const passed = new Map<number, number>();
  rows.forEach((row, i) => {
    const reason = gate(distances[i], shortEdge(faceBbox(cache, row)), options);
    if (reason) rejected.push({ ref: faceRefOf(cache, row), reason });
    else passed.set(row, distances[i]);
  });
  const { id, label, era_of, years } = faceset;
  return finishPlan(
    { id, kind: 'faceset', distances: passed, rejected, traits: { label, era_of, years } },
    context,
  );
}

/** Ranks the faces of a plan, and takes the digest of everything that its export depends on. */
export function finishPlan(
  {
    distances,
    traits = {},
    ...plan
  }: Pick<FacesetPlan, 'id' | 'kind' | 'leastFaces' | 'rejected'> & {
    traits?: FacesetTraits;
    /** Cosine distance to the centroid of each face that may be cut out, by row. */
    distances: ReadonlyMap<number, number>;
  },
  context: PlanContext,
): FacesetPlan {
  const { cache, years } = context;
  const faces = rankFaces(cache, distances.keys()).map((ranked): PlannedFace => {
    const ref = faceRefOf(cache, ranked.row);
    const year = years?.get(ref.sha256);
    const distance = rounded(distances.get(ranked.row) as number, 6);
    return { ref, ranked, distance, ...(year === undefined ? {} : { year }) };
  });
  plan.rejected.sort((a, b) => a.ref.row - b.ref.row);
  return { ...plan, traits, faces, inputsSha256: digest({ ...plan, faces }, traits, context) };
}

/** Why a face of a photo that was replaced is not exported; null where it was not. */
export function supersededReason(cache: ExportCache, row: number): Rejection | null {
  const image = cache.images[cache.imageIndex[row]];
  if (!image.superseded) return null;
  return {
    code: 'superseded',
    message: `the content of ${image.path} has changed since its faces were found; make the refine manifest again`,
  };
}

/**
 * Makes sure that a face of a manifest is the one in that row of the cache.
 *
 * @param where What the manifest's entry is called in the error.
 * @throws ManifestMismatchError
 */
export function checkSameFace(
  cache: ExportCache,
  face: Pick<FaceRef, 'row' | 'sha256' | 'source' | 'bbox'>,
  where: string,
): void {
  if (isSameFace(cache, face)) return;
  throw new ManifestMismatchError(
    `${where}: row ${face.row} of the cache is not the face in ${face.source} that the manifest lists: the cache was rebuilt since; make the manifest again from this cache`,
  );
}

/** Whether a face of a manifest is the one in that row of the cache. */
export function isSameFace(
  cache: CacheWith<'bbox'>,
  face: Pick<FaceRef, 'row' | 'sha256' | 'bbox'>,
): boolean {
  return (
    face.row < cache.faceCount &&
    cache.images[cache.imageIndex[face.row]].sha256 === face.sha256 &&
    faceBbox(cache, face.row).every((value, i) => Math.abs(value - face.bbox[i]) < 0.01)
  );
}

function distancesToCentroid(cache: ExportCache, rows: readonly number[]): Float64Array {
  return rejectOutliers(takeRows(embeddingMatrix(cache), rows), new Int32Array(rows.length)).distance;
}

function gate(distance: number, short: number, options: ResolvedSwapOptions): Rejection | null {
  const { outlierThreshold, minFaceShort } = options;
  if (!(distance <= outlierThreshold)) {
    return rejection('outlier', distance, outlierThreshold, outlierMessage(distance, outlierThreshold));
  }
  if (!(short >= minFaceShort)) {
    return rejection(
      'short-edge',
      short,
      minFaceShort,
      `short edge ${measuredText(short, minFaceShort, 1)} px is below ${minFaceShort}`,
    );
  }
  return null;
}

function digest(
  plan: Pick<FacesetPlan, 'id' | 'kind' | 'faces' | 'rejected'>,
  traits: FacesetTraits,
  { cache, options, finderIdentity = '' }: PlanContext,
): string {
  const hash = createHash('sha256');
  const { concurrency: _, minEraFaces, formats, ...others } = options;
  // Files for all people are not the faceset's.
  const own = facesetFormats(formats).map(({ name }) => name);
  const shaping = { ...others, formats: own };
  hash.update(JSON.stringify([EXPORT_VERSION, finderIdentity, shaping, plan]));
  // Apart from the rest, so that what has none of them is what it was before there were any.
  if (traits.label !== undefined) hash.update(JSON.stringify({ label: traits.label }));
  if (traits.era_of !== undefined) hash.update(JSON.stringify({ ...traits, minEraFaces }));
  for (const face of plan.faces) {
    const embedding = embeddingOf(cache, face.ref.row);
    hash.update(new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
  }
  return hash.digest('hex');
}
