import type { SwapManifest } from '@face-sets/manifests';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import type { CollectionFaceset } from '../folders/collection.js';
import type { ChangeOptions } from '../undo/change-journal.js';

/** Default cosine distance of centroids below which two facesets may be one person. */
export const CONSOLIDATE_THRESHOLD = 0.4;

/** What `consolidateFacesets` works on. */
export interface ConsolidateInput
  extends Pick<ExportSwapInput, 'cache' | 'cacheFile' | 'onProgress' | 'signal'>,
    ChangeOptions {
  /** An output of `exportSwap`. */
  out: string;
  /** Facesets whose centroids are all closer than this (cosine distance) are one person; default 0.40. */
  threshold?: number;
  /** Only these facesets, by id; they are merged even if there are doubts. Default: all. */
  only?: readonly string[];
  /** Needed to merge; without it, proposals only. */
  finder?: ExportSwapInput['finder'];
}

/** A faceset of a proposal. */
export interface ProposedFaceset {
  id: string;
  folder: string;
  /** See {@link CollectionFaceset}. */
  name: string;
  faces: number;
  /** First and last year of capture of its faces; null where none is known. */
  years: [number, number] | null;
}

/** Two faces of different facesets, with their crops. */
export interface CropPair {
  /** Cosine distance of the two. */
  distance: number;
  /** Crops, below the output, and photos. */
  a: { file: string; source: string };
  b: { file: string; source: string };
}

/** Facesets that seem to be one person. */
export interface ConsolidateProposal {
  /** The one that stays: one with a name before others, then the one of more faces, then the lower number. */
  keep: ProposedFaceset;
  /** Those that are merged into it. */
  merge: ProposedFaceset[];
  /** Largest cosine distance between two of their centroids. */
  distance: number;
  /** For each of `merge`: the distance of its centroid to that of `keep`, and the nearest pairs of faces, nearest first. */
  evidence: { id: string; distance: number; pairs: CropPair[] }[];
  /** Reasons against it; such a proposal is not applied unless `only` names its facesets. */
  doubts: string[];
}

/** What `consolidateFacesets` found and did. */
export interface ConsolidateResult {
  out: string;
  threshold: number;
  /** Nearest first. */
  proposals: ConsolidateProposal[];
  /** Facesets that could not be compared, and why. */
  skipped: { id: string; reason: string }[];
  /** What was merged; null where nothing was. */
  merged: NonNullable<SwapManifest['merged']> | null;
  /** The export of the facesets that stay; null where there was none. */
  exported: ExportSwapResult | null;
}
