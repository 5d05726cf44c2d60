import { embeddingMatrix, embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { centroidOf, cosineDistance, rejectOutliers, rowOf, takeRows } from '@face-sets/cluster';
import { facesetIdOf } from '@face-sets/manifests';
import type { FaceName } from '@face-sets/people';
import { gateFailures, shortEdge } from '@face-sets/quality';
import type { StepOptions } from '../../shared/context.js';
import { PipelineError } from '../../shared/errors.js';
import { gated, limitsOf, type RefineLimits } from '../refine.js';
import { decisionsAbout, type LoggedDecision } from './decision-log.js';
import { type OpenPeople, openPeople, rowsByName } from './open-people.js';

/** Something that is demanded of a face or its person. */
export interface CheckedLimit {
  /** `short-edge`, `blur` and `det-score` (quality), `outlier`, `few-images`. */
  check: 'short-edge' | 'blur' | 'det-score' | 'outlier' | 'few-images';
  /** What was measured; null where it could not be. */
  value: number | null;
  limit: number;
  passed: boolean;
  /** Why it does not matter here. */
  waived?: 'kept by a decision' | 'too few faces to tell';
}

/** Why a face is where it is. */
export interface ExplainedFace {
  face: FaceName;
  /** `[x1, y1, x2, y2]` in pixels of the upright photo. */
  bbox: [number, number, number, number];
  /** Number of the person; null for no one. */
  person: number | null;
  name: string | null;
  /** Cosine distance to the centroid of the person's other faces; null where there is none. */
  distance: number | null;
  /** In the order in which they are checked. */
  checks: CheckedLimit[];
  /** The faceset that the face is in; null where it is in none. */
  faceset: string | null;
  /** Why it is in none. */
  reason?: { code: string; message: string };
  /** Decisions in force about the face or its person. */
  decisions: LoggedDecision[];
}

/** Why the faces of a photo are where they are. */
export interface WhyResult {
  cache: string;
  /** Path of the photo as the cache has it. */
  photo: string;
  /** Why no face was found. */
  problem?: string;
  faces: ExplainedFace[];
}

/**
 * Explains who is on a photo and why: distances, every limit that a face has passed or failed, and decisions about it. Limits
 * are those of the collection.
 *
 * @param photo path of a photo of the cache, or of a copy of it
 * @throws PipelineError where the photo is not in the cache
 */
export async function whyPhoto(
  photo: string,
  cachePath: string,
  options: StepOptions = {},
): Promise<WhyResult> {
  const open = await openPeople(cachePath, options);
  const { meant } = open;
  const image = await meant.photos.at(photo);
  if (!image) throw new PipelineError(`${photo} is not a photo of ${cachePath}: embed it first`);
  const found = { cache: cachePath, photo: image.path };
  if (image.status === 'error') return { ...found, problem: image.error ?? 'it cannot be read', faces: [] };
  const limits = limitsOf(open.collection);
  const explain = explainer(open, limits);
  const faces = meant.photos.facesIn(image).map(explain);
  return faces.length === 0 ? { ...found, problem: 'no face was found in it', faces } : { ...found, faces };
}

function explainer(open: OpenPeople, limits: RefineLimits): (face: FaceName) => ExplainedFace {
  const { cache, known, meant, collection } = open;
  const rows = rowsByName(open);
  const outcomes = gated(cache, known, limits);
  return (face) => {
    const index = rows.get(face)!;
    const row = known.faces.rows[index]!;
    const number = meant.ownerOf(face);
    const outcome = outcomes[row]!;
    const person = known.shown.find((one) => one.number === number);
    const own = person ?? { rows: [row], kept: [], dropped: [] };
    return {
      face,
      bbox: faceBbox(cache, row),
      person: number || null,
      name: meant.numbered(number)?.name ?? null,
      distance: distanceToOthers(open, face, index),
      checks: checksOf(open, row, own, limits),
      faceset: 'faceset' in outcome ? facesetIdOf(outcome.faceset) : null,
      ...('reason' in outcome
        ? { reason: { code: outcome.reason.code, message: outcome.reason.message } }
        : {}),
      decisions: decisionsAbout(collection.log.decisions, meant, number === 0 ? [] : [number], [face]),
    };
  };
}

function distanceToOthers({ known, meant }: OpenPeople, face: FaceName, row: number): number | null {
  const person = known.people.find(({ number }) => number === meant.ownerOf(face));
  const others = person?.rows.filter((other) => other !== row) ?? [];
  if (others.length === 0) return null;
  const { embeddings } = known.faces;
  return number(cosineDistance(rowOf(embeddings, row), centroidOf(embeddings, others)));
}

/** What `refine` checks of a face, in its order. */
function checksOf(
  { cache }: OpenPeople,
  row: number,
  person: { rows: readonly number[]; kept: readonly number[]; dropped: readonly number[] },
  limits: RefineLimits,
): CheckedLimit[] {
  const [kept, dropped] = [new Set(person.kept), new Set(person.dropped)];
  const faceOf = (at: number) => ({
    bbox: faceBbox(cache, at),
    blur: cache.blur[at]!,
    detScore: cache.detScore[at]!,
  });
  const failed = new Set(gateFailures(faceOf(row), limits).map(({ gate }) => gate));
  const waived = kept.has(row) ? ({ waived: 'kept by a decision' } as const) : {};
  const gate = (check: 'short-edge' | 'blur' | 'det-score', value: number, limit: number): CheckedLimit => ({
    check,
    value: number(value),
    limit,
    passed: !failed.has(check),
    ...waived,
  });
  const good = person.rows.filter(
    (at) => !dropped.has(at) && (kept.has(at) || gateFailures(faceOf(at), limits).length === 0),
  );
  const matrix = takeRows(embeddingMatrix(cache), good);
  const centroid = centroidOf(matrix, [...good.keys()]);
  const distance = cosineDistance(embeddingOf(cache, row), centroid);
  const { outlier } = rejectOutliers(matrix, new Int32Array(good.length), {
    threshold: limits.outlierThreshold,
  });
  const tellsOutliers = good.length >= LEAST_FOR_OUTLIERS;
  const left = good.filter((at, i) => outlier[i] === 0 || kept.has(at));
  const images = new Set(left.map((at) => cache.imageIndex[at])).size;
  return [
    gate('short-edge', shortEdge(faceBbox(cache, row)), limits.minShort),
    gate('blur', cache.blur[row]!, limits.minBlur),
    gate('det-score', cache.detScore[row]!, limits.minDetScore),
    {
      check: 'outlier',
      value: number(distance),
      limit: limits.outlierThreshold,
      passed: !tellsOutliers || !(distance > limits.outlierThreshold),
      ...(tellsOutliers ? waived : { waived: 'too few faces to tell' as const }),
    },
    { check: 'few-images', value: images, limit: limits.minFaces, passed: images >= limits.minFaces },
  ];
}

/** A person with fewer faces that passed the gates has no outliers, as in `rejectOutliers`. */
const LEAST_FOR_OUTLIERS = 4;

/** A number as JSON can hold it. */
function number(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
