import type { CacheView } from '@face-sets/cache-npz';
import type { CandidateOptions, ExportSwapOptions, FaceFinder } from '@face-sets/fsz-export';
import type { CacheRef, RefineManifest, Rejection, SwapManifest } from '@face-sets/manifests';
import type { ChangeOptions } from '../undo/change-journal.js';
import type { YearReader } from './year-reader.js';

/** How far `exportSwap` has come. */
export interface ExportProgress {
  /** Facesets that are done. */
  facesets: number;
  totalFacesets: number;
  /** Faces that are done: cropped, rejected, or up to date. */
  faces: number;
  totalFaces: number;
}

/** What `exportSwap` works on. */
export interface ExportSwapInput extends ChangeOptions {
  /** Needs `embedding`, `bbox`, `detScore` and `blur`; ranks better with pose and landmarks. */
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  refine: RefineManifest;
  /** Where the refine manifest is and its SHA-256, for the manifest. */
  refineFile: { path: string; sha256: string };
  /** Output folder: new, empty, or of an earlier `export-swap`. */
  out: string;
  finder: FaceFinder;
  options?: ExportSwapOptions;
  /** Years of capture by the SHA-256 of the photo, or a function that reads them; a diverse selection covers them. */
  years?: ReadonlyMap<string, number> | YearReader;
  /** Sorts the singletons of the raw clusters into `_candidates/`. Default: no candidates. */
  candidates?: CandidateOptions;
  /**
   * Adds to an earlier export: facesets that `refine` does not list stay as they are, byte for byte. A faceset is who its
   * id says: one that is there is rebuilt, a new one needs a number after the highest that was ever used.
   */
  merge?: boolean;
  /**
   * Faces to take out of facesets that are there, by the faceset's id and the face's `faceKey`, and why. Their crops go
   * to `faces/_dropped/`, and they stay out of the faceset in every later export.
   */
  drop?: ReadonlyMap<string, ReadonlyMap<string, Rejection>>;
  /**
   * Facesets that have been joined to others: their folders lie elsewhere below `out`. In later exports too their faces go
   * where they were joined to, unless the owner puts the folder back.
   */
  merged?: NonNullable<SwapManifest['merged']>;
  /** With `merge`: ids of facesets and eras to remove, unless `refine` lists them. */
  retire?: ReadonlySet<string>;
  onProgress?: (progress: ExportProgress) => void;
  /** Ends the export between two faces; its reason is thrown. What is finished stays. */
  signal?: AbortSignal;
}

/** What `exportSwap` did. */
export interface ExportSwapResult {
  manifest: SwapManifest;
  manifestPath: string;
  /** Ids of facesets that were rebuilt. */
  written: string[];
  /** Ids of facesets whose crops were up to date. */
  unchanged: string[];
  /** Those of them whose files were renamed, since the person was. */
  renamed: string[];
  /** Folders of earlier runs that were removed. */
  removed: string[];
}
