import type { FaceCacheData } from '@face-sets/cache-npz';
import type { ClusterManifest, OptionValues } from '@face-sets/manifests';
import { type GroupChanges, type LinkMode, writePersonFolders } from '@face-sets/outputs';
import { type Collection, inCollection } from '../collection/collection.js';
import { currentManifest, type EditOptions, identifyEdited, readEdits } from '../collection/folder-edits.js';
import { rememberedOptions, rememberOptions, tellRemembered } from '../collection/settings.js';
import {
  IDENTITY_DEFAULTS,
  IDENTITY_SETTINGS,
  type IdentityOptions,
  type KnownPeople,
  usedIdentity,
} from '../collection/who-is-who.js';
import { type AlgorithmOptions, checkAlgorithm } from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { defined } from '../shared/defined.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { cacheFile, readCache } from '../shared/read-cache.js';

/** Options of {@link cluster}. What is not given is as the collection has it from earlier calls. */
export interface ClusterOptions extends StepOptions, EditOptions, Partial<AlgorithmOptions> {
  /** Cosine distance up to which faces are one person. @default 0.55 */
  threshold?: number;
  /** Clusters whose centroids are within are one person; 0 for never. @default 0.4 */
  mergeThreshold?: number;
  /** How photos are placed. @default 'clone' */
  link?: LinkMode;
  /** Cluster everyone anew, though nothing has changed; people keep their numbers. @default false */
  recluster?: boolean;
}

/** What `cluster` does where nothing is said. */
export const CLUSTER_DEFAULTS = { ...IDENTITY_DEFAULTS, link: 'clone' } as const;

/** What `cluster` reports. */
export interface ClusterResult {
  out: string;
  /** The output was there already, made from the same cache and decisions with the same options. */
  upToDate: boolean;
  summary: ClusterManifest['summary'];
  fileErrors: ClusterManifest['file_errors'];
  /** What has changed for people since the last time. */
  changes: GroupChanges;
}

/** The changes of an output that is up to date. */
export const NO_CHANGES: GroupChanges = {
  renumbered: 0,
  changed: 0,
  added: [],
  created: [],
  gone: [],
  renamed: [],
  vanished: [],
  superseded: [],
};

/**
 * Finds out who is who in a cache and writes a folder for each person. People keep their numbers for ever, and decisions
 * about them hold: new faces join the people that there are, and others become new people. With another threshold everyone
 * is clustered anew.
 *
 * @param out new, empty, or of an earlier cluster
 * @throws InvalidOptionsError for options of the other algorithm, CacheLockedError while another process writes who is who
 */
export async function cluster(
  cachePath: string,
  out: string,
  given: ClusterOptions = {},
): Promise<ClusterResult> {
  checkAlgorithm(given, { threshold: given.threshold });
  return inCollection(cachePath, async (collection) => {
    const result = await writePeople(collection, out, given);
    await rememberOptions(collection, given, CLUSTER_DEFAULTS, [...IDENTITY_SETTINGS, 'link']);
    return result;
  });
}

/** What of a cache people are found and gated by. */
export type PeopleCache = FaceCacheData<'embedding' | 'bbox' | 'detScore' | 'blur'>;

/**
 * {@link cluster} of a collection that is open: nothing is remembered.
 *
 * @param agree throws where these people are not to be written, before anything is
 */
export async function writePeople(
  collection: Collection,
  out: string,
  given: ClusterOptions & IdentityOptions,
  agree?: (people: KnownPeople, cache: PeopleCache) => Promise<void>,
): Promise<ClusterResult> {
  const { cachePath } = collection;
  const used = usedIdentity(collection, given);
  const { link } = { ...CLUSTER_DEFAULTS, ...rememberedLink(collection), ...defined(given) };
  const options: OptionValues = { ...used.options, link };
  const file = await cacheFile(cachePath);
  const edits = await readEdits(collection, out, 'cluster');
  const asked = { out, kind: 'cluster', cacheSha256: file.sha256, options } as const;
  const current = await currentManifest(collection, edits, asked, used, given);
  if (current) return { out, upToDate: true, ...reported(current), changes: NO_CHANGES };
  tellRemembered(collection, given, CLUSTER_DEFAULTS, IDENTITY_SETTINGS);
  return inStage(given, 'Clustering', 'files', async (stage) => {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const cuts = used.algorithm.algorithm === 'hdbscan' ? [] : (['threshold'] as const);
    const known = { ...rememberedOptions(collection, IDENTITY_SETTINGS), ...given };
    warnOfForeignThresholds(cache.meta.models, known, [...cuts, 'mergeThreshold']);
    const people = await identifyEdited(collection, edits, cache, file.sha256, used, given);
    await agree?.(people, cache);
    await collection.save();
    const { manifest, changes } = await writePersonFolders({
      cache,
      cacheFile: file,
      people: people.shown,
      ignored: people.ignoredRows,
      peopleSha256: people.sha256,
      moved: edits?.moved,
      copies: edits?.copies,
      restoreFolders: given.discardEdits,
      out,
      options,
      link,
      signal: given.signal,
      onProgress: stage.onItems,
    });
    return {
      result: { out, upToDate: false, ...reported(manifest), changes },
      summary: `Clustered ${count(cache.faceCount, 'face')}: ${count(manifest.summary.people, 'person', 'people')}`,
    };
  });
}

/** How the photos of a collection are placed, where that was set. */
export function rememberedLink(collection: Collection): { link?: LinkMode } {
  return rememberedOptions(collection, ['link']) as { link?: LinkMode };
}

function reported({ summary, file_errors }: ClusterManifest): Pick<ClusterResult, 'summary' | 'fileErrors'> {
  return { summary, fileErrors: file_errors };
}
