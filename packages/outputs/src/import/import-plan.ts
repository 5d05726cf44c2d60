import type { Rejection } from '@face-sets/manifests';
import type { ImportProblem } from './import-problems.js';
import type { TrustedPerson } from './trusted-people.js';

/** A face of an imported person. */
export interface ImportedFace {
  /** Row of the cache. */
  row: number;
  /** Cosine distance to the person's centroid. */
  distance: number;
  /** Whether the face is in the person's own folders, or was found in a mixed one. */
  from: 'trusted' | 'mixed';
}

/** A person who was found. */
export interface ImportedPerson extends Omit<TrustedPerson, 'optional'> {
  /** Ascending by row. */
  faces: ImportedFace[];
  /** Photos in the person's folders with a face that passes the gates, and how many of these show the person. */
  photos: number;
  photosOfPerson: number;
}

/** Who is in the photos of the folders. */
export interface ImportPlan {
  /** In the order given, without those that have no faceset. */
  people: ImportedPerson[];
  /** The faces of the folders that go to no one, ascending by row. */
  rejected: { row: number; reason: Rejection }[];
  problems: ImportProblem[];
}
