import type { ListProblem, PhotoFailure, SideFileKind } from '@face-sets/photos';

/** What a run of `embedLibrary` did. */
export interface EmbedSummary {
  /** Photos found below the sources. */
  listed: number;
  /** Photos that the cache knows at this place with this content, and could be decoded. */
  unchanged: number;
  /** Distinct contents decoded and searched for faces in this run. */
  embedded: number;
  /** Faces found in this run. */
  faces: number;
  /** Contents searched in this run in which no face was found. */
  noface: number;
  /** Files with the same bytes as a photo already in the cache (or found earlier in this run). */
  duplicates: number;
  /** Known contents that were found at a new path while their old path is gone, or are there again. */
  moved: number;
  /** Photos that were not opened yet, because of `limit`. */
  left: number;
  /**
   * Photos that failed in this run, and those that failed in an earlier one and have not changed since, each once. Unless
   * the run was ended early, `listed` is the sum of `unchanged`, `embedded`, `duplicates`, `moved`, `left` and these.
   */
  failures: PhotoFailure[];
  /** Folders and files that could not be listed. */
  problems: ListProblem[];
  /** Folders that were skipped since they are outputs of face-sets. */
  ownOutputs: string[];
  /** Paths in the cache, below the sources, whose photos are gone; their faces are kept. */
  missing: string[];
  /** With `missing: 'remove'`: such paths whose faces were removed. */
  removed: string[];
  /** Folders and files that were skipped as side files, by kind, with an example of each. */
  sideFiles: Partial<Record<SideFileKind, { folders: number; files: number; example: string }>>;
  /** Files that were skipped, by extension in lower case: raw files, videos, pictures in other formats. */
  passedOver: Record<string, number>;
  /** Raw files that were skipped since the same shot exists beside them as a JPEG or HEIF. */
  companions: number;
  /** Whether the run was ended early by its signal. */
  interrupted: boolean;
}

/** The summary of a run that has done nothing yet. */
export function emptySummary(): EmbedSummary {
  return {
    listed: 0,
    unchanged: 0,
    embedded: 0,
    faces: 0,
    noface: 0,
    duplicates: 0,
    moved: 0,
    left: 0,
    failures: [],
    problems: [],
    ownOutputs: [],
    missing: [],
    removed: [],
    sideFiles: {},
    passedOver: {},
    companions: 0,
    interrupted: false,
  };
}
