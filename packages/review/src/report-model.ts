import type { FaceRef, Rejection } from '@face-sets/manifests';

/** The outputs that a report can show; one more is one more builder of a {@link ReportModel}. */
export type ReportKind = 'cluster' | 'refine' | 'export-swap' | 'duplicates';

/** What a report shows, whichever output it is about: the page knows no manifest. */
export interface ReportModel {
  kind: ReportKind;
  /** Heading of the page. */
  title: string;
  /** One sentence on what is in the folder. */
  about: string;
  /** What the groups and what is in them are called; default: people, and faces that are kept or left out. */
  words?: ReportWords;
  groups: ReportGroup[];
  /** What to say where there is no person, or no group of duplicates: one line each. */
  nothing: string[];
  /** Photos that could not be read or placed; of an export, facesets that are no longer there. */
  problems: ReportProblem[];
  /** Cosine distance to the centroid above which a face is left out; a line in the plots. */
  distanceLimit?: number;
  /** Files for all people, relative to the report with `/`. */
  files?: ReportFile[];
}

/** The words of a page that is not about people. */
export interface ReportWords {
  /** One group, several groups: `['group', 'groups']`. */
  group: [string, string];
  /** What is in the groups: `Photos`. */
  items: string;
  /** An item that is kept, all of them, and one that is not. */
  kept: string;
  keptAll: string;
  leftOut: string;
}

/** A file to open, relative to the report with `/`. */
export interface ReportFile {
  label: string;
  file: string;
}

/** Where the mean of some faces of a group points, which is what a swap tool takes for the person. */
export interface ReportMean {
  /** The bundle: `top30`, `all`. */
  name: string;
  faces: number;
  /** Cosine distance of the mean of raw embeddings to the robust centroid of the group. */
  drift: number;
  /** The same to the robust centroid of the faces as they are in the photos. */
  photoDrift: number;
}

/** Whether a person can be sorted by age. */
export interface ReportEras {
  sortable: boolean;
  /** What was found, in a few words. */
  title: string;
  /** And why, with the figure. */
  text: string;
  /** Cosine distance that the faces were sub-clustered at. */
  threshold: number;
  /** Those of more than one face, most faces first, and faces by year. */
  subClusters: { faces: number; years: { year: number; faces: number }[] }[];
  /** Pairs of faces by their cosine distance: bar i begins at `i * binWidth`. */
  histogram: { binWidth: number; counts: number[]; mean: number | null };
  /**
   * The same at other thresholds: share of the variance of years that is explained, faces of the largest ones, and how
   * many there are further.
   */
  thresholds: { threshold: number; explained: number | null; sizes: number[]; further: number }[];
}

/** A person, or faces and photos that belong to nobody. */
export interface ReportGroup {
  /** `person_001`, `faceset_001`, `_singletons`, … */
  id: string;
  /** What to call a group that is not a person. */
  title?: string;
  /** The owner's name for the person. */
  name?: string;
  /**
   * `person`: faces of one; `near`: faces of one who has too few for a faceset; `candidates`: faces that may be someone's;
   * `rest`: everything else. However people are sorted, they come in this order.
   */
  type: 'person' | 'near' | 'candidates' | 'rest';
  /** What the group's items are: `face`, or whole photos. */
  items: 'face' | 'photo';
  /** Where its files are, relative to the report with `/`. */
  folder?: string;
  /** Something to know at a glance: `thin`. */
  note?: string;
  /** What the person lacks: `11 of 15 good photos: 3 more are too blurry`. */
  lacks?: string;
  files: ReportFile[];
  /** The bundles' means. */
  means?: ReportMean[];
  /** Whether the person can be sorted by age, where that was asked. */
  eras?: ReportEras;
  faces: ReportFace[];
}

/** A face, or a photo without one. */
export interface ReportFace extends Pick<FaceRef, 'sha256' | 'source' | 'aliases'> {
  /** Pixels of the upright photo; absent: the whole photo is shown. */
  bbox?: FaceRef['bbox'];
  det_score?: number;
  /** Composite score in [0, 1]. */
  score?: number;
  /** Its parts in [0, 1]. */
  parts?: Record<string, number>;
  /** Cosine distance to the centroid. */
  distance?: number;
  /** Place in the faceset, from 0. */
  rank?: number;
  /** Year of capture. */
  year?: number;
  /** How the crop was cut. */
  method?: string;
  /** Pixels of the crop per pixel of the photo, where that is so much that it looks soft. */
  enlarged?: number;
  /** Names of the small bundles that it is in. */
  bundles?: string[];
  /** Cosine of the mean of all faces to the centroid, minus that of the mean without this one. */
  effect?: number;
  /** The photo or crop in the output, relative to the report with `/`. */
  file?: string;
  /** `file` is a crop of the face, and this tells it from all others; absent: `file` is the photo. */
  crop?: string;
  /** Why it was left out; absent: it was kept. */
  reason?: Rejection;
  /** It is the best of its group, and why. */
  best?: string;
  /** Of the photo: pixels of the upright picture, where they are known, and size of the file. */
  photo?: { width?: number; height?: number; bytes: number };
}

/** A photo or a faceset of which nothing is shown, and why. */
export interface ReportProblem {
  source: string;
  message: string;
}
