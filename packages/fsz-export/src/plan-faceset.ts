import { createHash } from 'node:crypto';
import { rejectOutliers } from '@face-sets/cluster';
import { shortEdge } from '@face-sets/quality';
import { type CacheWith, faceBbox, faceRefOf } from './cache-view.js';
import { ManifestMismatchError } from './errors.js';
import { rounded } from './manifest-json.js';
import type { FaceRef, Rejection } from './manifest-parts.js';
import { type RankedFace, rankFaces } from './rank-faces.js';
import type { RefineManifest } from './refine-manifest.js';
import { outlierMessage, rejection } from './rejections.js';
import type { ResolvedSwapOptions } from './swap-options.js';

/** What export reads of the cache. */
export type ExportCache = CacheWith<'embedding' | 'bbox' | 'detScore' | 'blur'>;

/** Raised when the same inputs come out differently than before: older facesets are then made anew. */
const EXPORT_VERSION = 1;

/** A face that is to be cut out. */
export interface PlannedFace {
  ref: FaceRef;
  ranked: RankedFace;
  /** Cosine distance to the centroid of the faceset. */
  distance: number;
}

/** What is to become of a faceset, before any photo is opened. */
export interface FacesetPlan {
  id: string;
  /** Best first. */
  faces: PlannedFace[];
  rejected: { ref: FaceRef; reason: Rejection }[];
  /** SHA-256 of everything the export of this faceset depends on. */
  inputsSha256: string;
}

/**
 * Decides which faces of a refined faceset are cut out, in this order: outlier gate (distance to the centroid of
 * all its faces), size gate, one face per photo (the best), rank by composite score.
 *
 * @throws ManifestMismatchError when the manifest's rows are not those of the cache.
 */
export function planFaceset(
  cache: ExportCache,
  faceset: RefineManifest['facesets'][number],
  options: ResolvedSwapOptions,
  finderIdentity = '',
): FacesetPlan {
  const rejected: FacesetPlan['rejected'] = [];
  const rows: number[] = [];
  for (const face of faceset.faces) {
    checkSameFace(cache, face, faceset.id);
    const image = cache.images[cache.imageIndex[face.row]];
    if (image.superseded) {
      const message = `${image.path} has another content by now; run refine again`;
      rejected.push({ ref: faceRefOf(cache, face.row), reason: { code: 'superseded', message } });
    } else rows.push(face.row);
  }

  const distances = distancesToCentroid(cache, rows);
  const passed: number[] = [];
  rows.forEach((row, i) => {
    const reason = gate(distances[i], shortEdge(faceBbox(cache, row)), options);
    if (reason) rejected.push({ ref: faceRefOf(cache, row), reason });
    else passed.push(row);
  });

  const faces: PlannedFace[] = [];
  const bestOfImage = new Map<number, RankedFace>();
  for (const ranked of rankFaces(cache, passed)) {
    const ref = faceRefOf(cache, ranked.row);
    const best = bestOfImage.get(cache.imageIndex[ranked.row]);
    if (best) {
      const message = `the face in row ${best.row} of the same photo is better (${best.score.toFixed(3)})`;
      rejected.push({ ref, reason: rejection('same-image', ranked.score, rounded(best.score, 6), message) });
      continue;
    }
    bestOfImage.set(cache.imageIndex[ranked.row], ranked);
    faces.push({ ref, ranked, distance: rounded(distances[rows.indexOf(ranked.row)], 6) });
  }
  rejected.sort((a, b) => a.ref.row - b.ref.row);
  const plan = { id: faceset.id, faces, rejected };
  return { ...plan, inputsSha256: digest(cache, plan, options, finderIdentity) };
}

function checkSameFace(
  cache: ExportCache,
  face: RefineManifest['facesets'][number]['faces'][number],
  id: string,
): void {
  const same =
    face.row < cache.faceCount &&
    cache.images[cache.imageIndex[face.row]].sha256 === face.sha256 &&
    faceBbox(cache, face.row).every((value, i) => Math.abs(value - face.bbox[i]) < 0.01);
  if (same) return;
  throw new ManifestMismatchError(
    `${id}: row ${face.row} of the cache is not the face in ${face.source} that the refine manifest says: the cache was made anew since; run refine again`,
  );
}

function distancesToCentroid(cache: ExportCache, rows: readonly number[]): Float64Array {
  const data = new Float32Array(rows.length * cache.dim);
  rows.forEach((row, i) => {
    data.set(embeddingOf(cache, row), i * cache.dim);
  });
  const matrix = { data, rows: rows.length, cols: cache.dim };
  return rejectOutliers(matrix, new Int32Array(rows.length)).distance;
}

/** The face's raw embedding, not copied. */
export function embeddingOf(cache: ExportCache, row: number): Float32Array {
  return cache.embedding.subarray(row * cache.dim, (row + 1) * cache.dim);
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
      `short edge ${short.toFixed(1)} px is below ${minFaceShort}`,
    );
  }
  return null;
}

function digest(
  cache: ExportCache,
  plan: Pick<FacesetPlan, 'id' | 'faces' | 'rejected'>,
  options: ResolvedSwapOptions,
  finderIdentity: string,
): string {
  const hash = createHash('sha256');
  const { concurrency: _, ...shaping } = options;
  hash.update(JSON.stringify([EXPORT_VERSION, finderIdentity, shaping, plan]));
  for (const face of plan.faces) {
    const embedding = embeddingOf(cache, face.ref.row);
    hash.update(new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
  }
  return hash.digest('hex');
}
