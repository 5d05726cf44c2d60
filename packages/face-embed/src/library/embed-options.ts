import type { Shard } from '@face-sets/photos';
import type { AnalyzePhotoOptions } from '../analysis/photo-engine.js';
import type { FlushOptions } from './flush-policy.js';

/** How far a run of `embedLibrary` has come. */
export interface EmbedProgress {
  stage: 'listing' | 'embedding';
  /** Photos listed so far (`listing`), or photos dealt with (`embedding`). */
  done: number;
  /** Photos to deal with; known from the start of `embedding`. */
  total: number;
  /** Faces found in this run. */
  faces: number;
}

/** Settings of `embedLibrary`. */
export interface EmbedLibraryOptions extends FlushOptions, AnalyzePhotoOptions {
  /** Globs relative to each source; see `listPhotos`. */
  exclude?: readonly string[];
  /** Process only this share of the photos; see `inShard`. Default: all of them. */
  shard?: Shard;
  /** Include thumbnails, trash and other side files; see `listPhotos`. Default: no. */
  includeHidden?: boolean;
  /**
   * Process at most this many photos, in the order of the listing; the next run continues. Default: all that are new or
   * have changed.
   */
  limit?: number;
  /**
   * What to do with faces whose photos are gone: `keep` leaves them in the cache; `remove` marks their records as
   * superseded, so that no output has them. When a photo comes back, so do its faces, without another search. Nothing is
   * removed below a source without any photos, since its disk may not be mounted. Default `keep`.
   */
  missing?: 'keep' | 'remove';
  /** Photos processed at the same time. Default: twice `engine.parallel`, so that the next ones are read meanwhile. */
  concurrency?: number;
  /**
   * Retry unchanged photos that failed before: a newer version may read what an older one could not. Default: no.
   */
  retryFailed?: boolean;
  /**
   * With `rotateRetry`: known photos, by their SHA-256, that are searched again, since they were first searched without
   * it; see `photosToTurn`. One that is best as it is keeps its faces; one that is turned has new ones. Default: none.
   */
  searchAgain?: ReadonlySet<string>;
  /** When aborted, the photos in hand are finished and flushed, and the summary says `interrupted`. */
  signal?: AbortSignal;
  onProgress?: (progress: EmbedProgress) => void;
  /**
   * Called once, when all photos are listed and before the first is opened. An error that it throws ends the run.
   *
   * @param listing Photos found, their bytes, the number of photos to open, and one of them.
   */
  onListed?: (listing: {
    photos: number;
    bytes: number;
    toOpen: number;
    example: string | undefined;
  }) => void | Promise<void>;
}
