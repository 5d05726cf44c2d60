import { type CacheWith, faceBbox } from '@face-sets/cache-npz';
import { type Rejection, rejection } from '@face-sets/manifests';
import { gateFace } from '@face-sets/quality';
import type { PlanImportOptions } from './import-options.js';
import type { ImportedFace, ImportedPerson } from './import-plan.js';

/** A person whose centroid is known; the faces come last. */
export interface KnownPerson extends Omit<ImportedPerson, 'faces'> {
  centroid: Float32Array;
}

/** Faces that are being sorted, by row of the cache. */
export interface Sorting {
  cache: ImportCache;
  /** Rows of each image. */
  rowsOf: number[][];
  options: Required<PlanImportOptions>;
  /** Why a face is left out, unless someone claims it. */
  reasons: Map<number, Rejection>;
  claims: Map<number, Omit<ImportedFace, 'row'> & { person: number }>;
}

/** Rows of the faces in some images, ascending. */
export function facesIn(images: readonly (readonly number[])[], { rowsOf }: Sorting): number[] {
  return [...new Set(images.flat())].flatMap((image) => rowsOf[image]).sort((a, b) => a - b);
}

type ImportCache = CacheWith<'embedding' | 'bbox' | 'detScore' | 'blur'>;

export function passesGates(row: number, { cache, options, reasons }: Sorting): boolean {
  const face = { bbox: faceBbox(cache, row), blur: cache.blur[row], detScore: cache.detScore[row] };
  const failure = gateFace(face, options);
  if (failure) reasons.set(row, rejection(failure.gate, failure.value, failure.limit, failure.message));
  return failure === null;
}
