import type { Rejection } from '@face-sets/manifests';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import type { ChangeOptions } from '../undo/change-journal.js';

/** Default cosine similarity from which faces of a faceset are near-duplicates. */
export const CLEAN_SIMILARITY = 0.95;

/** What `cleanFacesets` works on. */
export interface CleanInput
  extends Pick<ExportSwapInput, 'cache' | 'cacheFile' | 'finder' | 'onProgress' | 'signal'>,
    ChangeOptions {
  /** An output of `exportSwap`. */
  out: string;
  /** Two faces of a faceset whose embeddings are at least this similar (cosine) are near-duplicates; default 0.95. */
  similarity?: number;
  /** Whether to search each crop for second faces, which takes most of the time; default true. */
  audit?: boolean;
  /** Whether to remove what was found; default false: only report it. */
  apply?: boolean;
  /** Crops searched at the same time; default 2. */
  concurrency?: number;
  /** Called for each crop that was searched. */
  onAudited?: (crops: number, total: number) => void;
}

/** A face to remove from a faceset. */
export interface CleanFinding {
  /** The faceset. */
  id: string;
  /** Its crop, below the output. */
  file: string;
  source: string;
  /**
   * `duplicate`: the same file is in another faceset, which the face is nearer to; `near-duplicate`: a better one of this
   * faceset is nearly the same; `second-face`, `not-found-again`, `face-changed`: what was found in the crop.
   */
  reason: Rejection;
  /** With `duplicate` and `near-duplicate`: the crop that stays in its place, below the output. */
  stays?: string;
}

/** What `cleanFacesets` found and did. */
export interface CleanResult {
  out: string;
  findings: CleanFinding[];
  /** Facesets that were left alone although something was found, or that could not be read, and why. */
  skipped: { id: string; reason: string }[];
  /** Crops that were searched. */
  audited: number;
  applied: boolean;
  /** The export of the facesets that were rebuilt; null where there was none. */
  exported: ExportSwapResult | null;
}
