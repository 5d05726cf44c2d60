import type { FaceCacheData } from '@face-sets/cache-npz';

import { DEFAULT_REFINE_OPTIONS } from '@face-sets/cluster';
import { namedOptions, type OptionValues } from '@face-sets/manifests';
import type { PersonFaces } from '@face-sets/outputs';
import {
  type Faces,
  facesOfCache,
  type Identities,
  identify,
  peopleFileOf,
  type SettingValue,
} from '@face-sets/people';
import {
  ALGORITHM_DEFAULTS,
  type AlgorithmOptions,
  clusterBy,
  similarityBackend,
  type UsedAlgorithm,
  usedAlgorithm,
} from '../shared/algorithm.js';
import { notice, type StepOptions } from '../shared/context.js';
import { defined } from '../shared/defined.js';
import { type Collection, peopleDigest } from './collection.js';
import { oneLine } from './one-line.js';
import { rememberedOptions } from './settings.js';
import { successorsOf } from './successors.js';

/** How people are found. */
export interface IdentityOptions extends Partial<AlgorithmOptions> {
  /** Cosine distance up to which faces are one person. @default 0.55, or as in the collection */
  threshold?: number | undefined;
  /** Clusters whose centroids are within are one person; 0 for never. @default 0.4, or as in the collection */
  mergeThreshold?: number | undefined;
  /** Cosine distance up to which new faces join the people that there are. Default: `threshold`. */
  joinThreshold?: number | undefined;
  /** Cluster everyone anew, though nothing has changed; people keep their numbers. @default false */
  recluster?: boolean | undefined;
}

/** What {@link IdentityOptions} are where neither the caller nor the collection says. */
export const IDENTITY_DEFAULTS = {
  ...ALGORITHM_DEFAULTS,
  threshold: DEFAULT_REFINE_OPTIONS.initialThreshold,
  mergeThreshold: DEFAULT_REFINE_OPTIONS.mergeThreshold,
} as const;

/** How people are found, with all values. */
export interface UsedIdentity {
  algorithm: UsedAlgorithm;
  threshold: number;
  mergeThreshold: number;
  /** As manifests and `people.json` record it. */
  options: OptionValues;
}

/** Settings of a collection that an algorithm of clustering has and the other one does not. */
const OWN_SETTINGS = {
  agglomerative: ['linkage', 'threshold'],
  hdbscan: ['minClusterSize', 'minSamples'],
} as const;
/** Settings of a collection by which people are found. */
export const IDENTITY_SETTINGS: readonly string[] = [
  'algorithm',
  'cannotLink',
  'mergeThreshold',
  ...Object.values(OWN_SETTINGS).flat(),
];

/**
 * How the people of a collection are found: as the caller says, else as in the collection, else by default.
 *
 * @param thresholdName what the caller calls the threshold, for an error
 * @throws InvalidOptionsError for options of the other algorithm
 */
export function usedIdentity(
  collection: Collection,
  given: IdentityOptions,
  thresholdName: 'threshold' | 'initialThreshold' = 'threshold',
): UsedIdentity {
  const said = defined(given);
  const before = rememberedOptions(collection, IDENTITY_SETTINGS) as IdentityOptions;
  const algorithm = said.algorithm ?? before.algorithm ?? IDENTITY_DEFAULTS.algorithm;
  for (const name of OWN_SETTINGS[algorithm === 'hdbscan' ? 'agglomerative' : 'hdbscan']) delete before[name];
  const options = { ...IDENTITY_DEFAULTS, ...before, ...said, algorithm };
  const used = usedAlgorithm(options, { [thresholdName]: said.threshold });
  const { threshold, mergeThreshold } = options;
  const cut: OptionValues = algorithm === 'hdbscan' ? {} : { threshold };
  // of clusters found by single linkage or hdbscan, the merge of centroids still takes account of photos
  const { cannotLink } = options;
  return {
    algorithm: used,
    threshold,
    mergeThreshold,
    options: namedOptions({ ...used, cannotLink, ...cut, mergeThreshold }),
  };
}

/** Tells the caller that everyone is clustered anew, and why. */
function tellRecluster(
  { people }: Collection,
  used: UsedIdentity,
  recognition: string,
  given: IdentityOptions & StepOptions,
): void {
  if (!people) return;
  const { recognition: model, ...before } = people.clustering;
  const changes = Object.keys({ ...before, ...used.options })
    .filter((name) => before[name] !== undefined && used.options[name] !== undefined)
    .filter((name) => before[name] !== used.options[name])
    .map((name) => `${name.replaceAll('_', ' ')} ${before[name]} → ${used.options[name]}`);
  if (model !== undefined && model !== recognition) changes.push('another recognition model');
  if (changes.length === 0) return;
  notice(given, `Clustering everyone anew (${changes.join(', ')}); people keep their numbers and names`);
}

/** Who is who in a cache. */
export interface KnownPeople extends Identities {
  /** The faces that are current, and the row of the cache that each has. */
  faces: Faces & { rows: number[] };
  /** Digest of who is who. */
  sha256: string;
  /** Everyone of interest who has a face, with rows of the cache. */
  shown: ShownPerson[];
  /** Rows of the cache of no interest, ascending: faces that are ignored, and those of people who are. */
  ignoredRows: number[];
}

/** Someone of interest, with rows of the cache. */
export interface ShownPerson extends PersonFaces {
  name: string | null;
  rows: number[];
  /** Faces that stay in the faceset whatever the gates say. */
  kept: number[];
  /** Faces that stay out of the faceset. */
  dropped: number[];
}

/**
 * Whether `people.json` holds for a cache, decisions and a way of clustering, so that nothing need be computed.
 *
 * @param cacheSha256 of the cache
 */
export function peopleAreCurrent(
  collection: Collection,
  cacheSha256: string,
  used: UsedIdentity,
  { recluster, joinThreshold }: IdentityOptions,
): boolean {
  const { people } = collection;
  if (!people || recluster || joinThreshold !== undefined) return false;
  const { cache, decisions, options } = people.made_from;
  return (
    cache === cacheSha256 &&
    decisions === collection.decisionsSha256 &&
    options === JSON.stringify(used.options)
  );
}

/**
 * Finds out who is who in a cache. People of an earlier time keep their numbers. It is the caller who saves that.
 *
 * @param cache       with the embeddings of superseded photos zeroed
 * @param cacheSha256 of the cache
 */
export async function identifyPeople(
  collection: Collection,
  cache: FaceCacheData<'embedding' | 'bbox'>,
  cacheSha256: string,
  used: UsedIdentity,
  given: IdentityOptions & StepOptions,
): Promise<KnownPeople> {
  const faces = facesOfCache(cache);
  const { algorithm, threshold, mergeThreshold } = used;
  const byAverageLinkage = algorithm.algorithm === 'agglomerative' && algorithm.linkage === 'average';
  const recognition = cache.meta.models.recognition.sha256;
  tellRecluster(collection, used, recognition, given);
  const imageIndex = Int32Array.from(faces.rows, (row) => cache.imageIndex[row]!);
  const identities = await identify(faces, collection.log.decisions, collection.people, {
    threshold,
    mergeThreshold,
    joinThreshold: given.joinThreshold,
    cannotLink: Boolean(used.options.cannot_link),
    recluster: given.recluster,
    clustering: { ...used.options, recognition } as Record<string, SettingValue>,
    cluster: byAverageLinkage
      ? undefined
      : () => clusterBy(faces.embeddings, algorithm, threshold, imageIndex),
    successors: successorsOf(cache),
    similarity: similarityBackend(),
  });
  given.signal?.throwIfAborted();
  const people = peopleFileOf(identities, faces.names, {
    cache: cacheSha256,
    decisions: collection.decisionsSha256,
    options: JSON.stringify(used.options),
  });
  collection.people = people;
  const rowsOf = (rows: readonly number[]) => rows.map((face) => faces.rows[face]!);
  const ignored = new Set(identities.ignored);
  for (const person of identities.people) {
    if (person.ignored) for (const face of person.rows) ignored.add(face);
  }
  const shown = identities.people.flatMap((person): ShownPerson[] => {
    const { number, name, kept, dropped } = person;
    const rows = person.rows.filter((face) => !ignored.has(face));
    if (person.ignored || rows.length === 0) return [];
    // A name in the log may be anything; manifests and folders hold one line.
    return [
      {
        number,
        name: name && oneLine(name),
        rows: rowsOf(rows),
        kept: rowsOf(kept),
        dropped: rowsOf(dropped),
      },
    ];
  });
  const ignoredRows = rowsOf([...ignored]).sort((a, b) => a - b);
  return { ...identities, faces, sha256: peopleDigest(people), shown, ignoredRows };
}

/** Faces as the steps that gate people take them: a label for each row of the cache, negative for no one's. */
export function labelsOf(people: readonly ShownPerson[], faceCount: number): Int32Array {
  const labels = new Int32Array(faceCount).fill(-1);
  for (const [label, { rows }] of people.entries()) for (const row of rows) labels[row] = label;
  return labels;
}
