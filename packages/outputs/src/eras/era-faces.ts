import { resolve } from 'node:path';
import {
  type CacheView,
  cacheWith,
  commonFolder,
  embeddingMatrix,
  FoldersNotInCacheError,
  faceBbox,
  facesByImage,
  imagesBelow,
} from '@face-sets/cache-npz';
import { centroidOf, distancesTo, type FaceMatrix } from '@face-sets/cluster';
import { OutputFolderError } from '@face-sets/files';
import type { ExportCache } from '@face-sets/fsz-export';
import { ManifestMismatchError, rowsOfFaces } from '@face-sets/manifests';
import { type GateFailure, gateFace, type QualityGates } from '@face-sets/quality';
import type { YearReader } from '../export/year-reader.js';
import { type CollectionFaceset, readCollection } from '../folders/collection.js';

/** Which faces may belong to the person of a faceset. */
export interface EraFacesInput {
  /** Needs `embedding`, `bbox`, `detScore` and `blur`. */
  cache: CacheView;
  /** An output of `exportSwap`. */
  out: string;
  /** Of a faceset in it. */
  facesetId: string;
  /**
   * Folders to look for the person in. Default: the deepest folder that has all photos of the faceset in it or below.
   */
  sources?: readonly string[];
  /** See `gateFace`. */
  gates?: Partial<QualityGates>;
  /** Called only for photos of faces that are near enough, or would be at other thresholds. */
  readYears: YearReader;
}

/** Cosine distance beyond which no sensible threshold accepts a face. */
const YEARS_WITHIN = 0.75;

/** The faces near to a curated faceset. */
export interface FoundEraFaces {
  cache: ExportCache;
  matrix: FaceMatrix;
  faceset: CollectionFaceset;
  /** Rows of the curated faceset, ascending. */
  seed: number[];
  /** Absolute. */
  sources: string[];
  /** Rows of the faces below the sources, ascending. */
  candidates: number[];
  /** How many faces elsewhere are as near as those that are recovered. */
  elsewhere: number;
  gateReasons: (GateFailure | null)[];
  /** By row; null where the year is not known, or was not asked for. */
  years: (number | null)[];
  yearOfPhoto: ReadonlyMap<string, number>;
}

/**
 * Finds the faces below the sources of a curated faceset, their quality and, of those near to it, their years. The years
 * are asked for as far as {@link YEARS_WITHIN} whatever their quality, so that another threshold opens no other photo.
 *
 * @param near Centroid and largest cosine distance of a face that is near enough; default centroid: that of the curated
 *   faceset.
 * @throws OutputFolderError when the output has no such faceset, or it is an era.
 * @throws ManifestMismatchError when the cache has none of its faces.
 * @throws FoldersNotInCacheError when the cache has no photo in a source.
 */
export async function findEraFaces(
  input: EraFacesInput,
  near: { centroid?: Float32Array; threshold: number },
): Promise<FoundEraFaces> {
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const faceset = await requireFaceset(input.out, input.facesetId);
  const seed = rowsOfFaces(cache, faceset.manifest.faces);
  if (seed.length === 0) throw notOfCache(input.facesetId, faceset.manifest.faces.length);
  const sources = (input.sources ?? [commonFolder(faceset.manifest.faces.map(({ source }) => source))]).map(
    (folder) => resolve(folder),
  );
  const [images] = await imagesBelow(cache, [sources]);
  const missing = sources.filter((_, i) => images[i].length === 0);
  if (missing.length > 0) throw new FoldersNotInCacheError(missing);
  const rowsOf = facesByImage(cache);
  const candidates = [...new Set(images.flat())].flatMap((image) => rowsOf[image]).sort((a, b) => a - b);

  const matrix = embeddingMatrix(cache);
  const distances = distancesTo(matrix, near.centroid ?? centroidOf(matrix, seed));
  const isCandidate = new Set(candidates);
  const reach = Math.max(near.threshold, YEARS_WITHIN);
  const asked = new Set<number>();
  let elsewhere = 0;
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    const distance = distances[row];
    if (!isCandidate.has(row)) elsewhere += distance <= near.threshold ? 1 : 0;
    else if (distance <= reach) asked.add(cache.imageIndex[row]);
  }
  const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace(
      { bbox: faceBbox(cache, row), blur: cache.blur[row], detScore: cache.detScore[row] },
      input.gates,
    ),
  );
  const yearOfPhoto = await input.readYears([...asked].map((image) => cache.images[image]));
  const years = Array.from(cache.imageIndex, (image) => yearOfPhoto.get(cache.images[image].sha256) ?? null);
  return { cache, matrix, faceset, seed, sources, candidates, elsewhere, gateReasons, years, yearOfPhoto };
}

/**
 * The faceset of an output by its id.
 *
 * @throws OutputFolderError when there is none, or it is an era.
 */
export async function requireFaceset(out: string, id: string): Promise<CollectionFaceset> {
  const { facesets } = await readCollection(out);
  const faceset = facesets.find((one) => one.id === id);
  if (!faceset) {
    const known = facesets.filter(({ manifest }) => manifest.era_of === undefined).map((one) => one.id);
    throw new OutputFolderError(`${out} has no ${id}; it has ${known.join(', ') || 'no faceset'}`);
  }
  if (faceset.manifest.era_of !== undefined) {
    throw new OutputFolderError(`${id} is an era of ${faceset.manifest.era_of}: expected a faceset`);
  }
  return faceset;
}

/** The error for a cache that has none of a faceset's faces. */
export function notOfCache(facesetId: string, faces: number): ManifestMismatchError {
  return new ManifestMismatchError(
    `none of the ${faces} faces of ${facesetId} is in the cache: it was made from another cache`,
  );
}
