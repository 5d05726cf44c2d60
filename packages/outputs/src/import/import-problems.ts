import type { Identity } from '@face-sets/cluster';
import { countByCode, type Rejection } from '@face-sets/manifests';
import { measuredText } from '@face-sets/quality';

/** Something about the folders that their owner should look at. */
export type ImportProblem = {
  /** One line for people: what was found, and what is done about it. */
  message: string;
} & (
  | {
      /** No face in the person's folders can be used. */
      kind: 'no-face';
      label: string;
      photos: number;
      faces: number;
      /** Faces that fail a gate, by gate. */
      rejected_by: Record<string, number>;
    }
  | {
      /** It is not clear which person the folder shows. */
      kind: 'several-people';
      label: string;
      photos: number;
      /** Photos that the most frequent person is in. */
      photos_of_person: number;
      /** Photos that another person is in, and how many of these the most frequent person is not in. */
      photos_of_other: number;
      photos_without_person: number;
    }
  | {
      /** One of the person's folders shows someone else: its faces are left out. */
      kind: 'other-person';
      label: string;
      folder: string;
      photos: number;
    }
  | {
      /** The cache has no photo in an optional folder. */
      kind: 'not-in-cache';
      label: string;
      folder: string;
    }
  | {
      /** Two people look the same: both are kept apart, and mixed faces that could be either go to neither. */
      kind: 'same-person';
      labels: [string, string];
      /** Cosine distance of the centroids. */
      distance: number;
      threshold: number;
    }
);

type SeveralPeople = Extract<ImportProblem, { kind: 'several-people' }>;

/** No face of a person can be used. */
export function noFace(label: string, photos: number, failed: readonly Rejection[]): ImportProblem {
  const rejected_by = countByCode(failed);
  const why = Object.entries(rejected_by).map(([code, n]) => `${code} ${n}`);
  const what =
    failed.length === 0 ? 'no face was found' : `none of ${counted(failed.length, 'face')} can be used`;
  const message = `${label}: ${what} in ${counted(photos, 'photo')}${why.length > 0 ? ` (${why.join(', ')})` : ''}; nothing is imported`;
  return { kind: 'no-face', label, photos, faces: failed.length, rejected_by, message };
}

/** No single person stands out in the folder. */
export function severalPeople(label: string, { images, rows, others }: Identity): ImportProblem {
  const figures: Omit<SeveralPeople, 'kind' | 'label' | 'message'> = {
    photos: images,
    photos_of_person: rows.length,
    photos_of_other: Math.max(0, ...others.map((other) => other.images)),
    photos_without_person: Math.max(0, ...others.map(({ without }) => without)),
  };
  const message =
    `${label}: it is not clear which person it shows: of ${counted(images, 'photo')}, the most frequent person is in ${figures.photos_of_person}, ` +
    `someone else in ${figures.photos_of_other}; nothing is imported: sort the folder, or import it as mixed`;
  return { kind: 'several-people', label, ...figures, message };
}

/** A folder of a person does not show the person. */
export function otherPerson(label: string, folder: string, photos: number): ImportProblem {
  const message =
    `${label}: none of ${counted(photos, 'photo')} in ${folder} shows the person of the other folders; ` +
    'its faces are left out: give it a label of its own if it is someone else';
  return { kind: 'other-person', label, folder, photos, message };
}

/** The cache knows nothing of a folder. */
export function notInCache(label: string, folder: string): ImportProblem {
  const message = `${label}: the cache has no photo in ${folder}; embed the folder first`;
  return { kind: 'not-in-cache', label, folder, message };
}

/** Two people may be one. */
export function samePerson(labels: [string, string], distance: number, threshold: number): ImportProblem {
  const message =
    `${labels[0]} and ${labels[1]} look like one person (distance ${measuredText(distance, threshold)}; up to ${threshold} counts as one); ` +
    'they are kept apart, and mixed faces that could be either go to neither: give both folders the same label if they are one person';
  return { kind: 'same-person', labels, distance, threshold, message };
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
