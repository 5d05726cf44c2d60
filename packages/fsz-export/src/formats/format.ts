import type { FaceSelection, SwapBundle, SwapExported } from '@face-sets/manifests';
import type { FaceFinder } from '../crops/face-finder.js';
import type { ExportCache } from '../selection/export-cache.js';
import type { Recognizer } from './recognizer.js';

/** What every format declares. */
interface FormatTraits<Name extends string> {
  /** Its name in options and manifests: lower-case letters, digits and hyphens. */
  name: Name;
  /** What it writes, in one line, for help and documentation. */
  help: string;
  /** Programs that take it, best known first. Case, spaces, hyphens and underscores do not matter. */
  tools: readonly string[];
  /** Other names that users may give; they are not shown. */
  alsoCalled?: readonly string[];
  /** What it writes for `faceset_001`, for documentation. */
  examples: readonly string[];
  /** What it is made from, apart from the crops and the cache. */
  needs?: {
    /** Only embeddings of this model mean the right face to the tools. An export of a cache of another one is refused. */
    recognizer?: Recognizer;
    /** It holds gender and age if the finder can guess them. */
    genderAge?: true;
    /** It cuts pictures of its own out of the photos. */
    photos?: true;
  };
}

/** A format that writes into the folder of each faceset. */
export interface FacesetFormat<Name extends string = string> extends FormatTraits<Name> {
  per: 'faceset';
  /** The folder in the faceset's folder that it alone writes to; without it, files lie in the faceset's folder itself. */
  folder?: string;
  /** Names of the files that it writes, by which the files of an interrupted change are removed. */
  fileNames: RegExp;
  /**
   * For a format whose files are named after the person: the names of all its files, in the order in which the manifest
   * lists them, so that they can be renamed when the person is.
   *
   * @param stem The person's name, or the faceset's id, as a file name.
   */
  filesOfPerson?(stem: string, selections: readonly FaceSelection[]): string[];
  /** Writes its files. Their names and places are what {@link fileNames} and {@link folder} say. */
  write(faceset: FacesetToWrite): Promise<WrittenFormat>;
}

/** A format that writes one file at the root of the output, with an embedding of each person. */
export interface CollectionFormat<Name extends string = string> extends FormatTraits<Name> {
  per: 'collection';
  /** Name of the file. */
  file: string;
  /** The content of the file. */
  encode(people: readonly NamedEmbedding[]): string;
}

/** A finished faceset, for {@link FacesetFormat.write}. */
export interface FacesetToWrite {
  /** Its folder, which holds the crops. */
  folder: string;
  /** What files that are named after the person begin with. */
  stem: string;
  /** Its faces, best first: the row in the cache, and the crop's file relative to `folder`. */
  faces: readonly { row: number; file: string }[];
  /** Its bundles, from few faces to all. */
  selections: readonly FaceSelection[];
  /** Ranks of the faces that stand for the person: those of the largest bundle that does not hold all. At least one. */
  ranks: readonly number[];
  cache: ExportCache;
  finder: FaceFinder;
  options: {
    /** The word for the person in captions. */
    triggerWord: string;
    /** A face that moved farther than this (cosine distance) in its crop is left out. */
    maxCropDistance: number;
    /** Photos worked on at the same time. */
    concurrency: number;
  };
  signal?: AbortSignal;
}

/** What a format wrote, as the faceset's manifest lists it. */
export interface WrittenFormat {
  /** Bundles; `fsz` alone has them. */
  bundles?: SwapBundle[];
  /** Anything else. */
  exported?: Omit<SwapExported, 'format'>;
}

/** A person's embedding under a name. */
export interface NamedEmbedding {
  /** Only its first line is written. */
  name: string;
  /** Raw: not normalized. */
  embedding: Float32Array;
}
