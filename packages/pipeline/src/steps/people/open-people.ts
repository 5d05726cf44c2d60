import { type FaceCacheData, readFaceCache } from '@face-sets/cache-npz';
import { type FaceMatrix, takeRows } from '@face-sets/cluster';
import { type FaceName, type PersonRef, personRef } from '@face-sets/people';
import { Collection, inCollection } from '../../collection/collection.js';
import { rememberedOptions } from '../../collection/settings.js';
import {
  IDENTITY_SETTINGS,
  identifyPeople,
  type KnownPeople,
  peopleAreCurrent,
  type UsedIdentity,
  usedIdentity,
} from '../../collection/who-is-who.js';
import { inStage, type StepOptions } from '../../shared/context.js';
import { count } from '../../shared/count.js';
import { PipelineError } from '../../shared/errors.js';
import { warnOfForeignThresholds } from '../../shared/foreign-thresholds.js';
import { cacheFile, readCache } from '../../shared/read-cache.js';
import { KnownPhotos } from './known-photos.js';
import { WhoIsMeant } from './who-is-meant.js';

/** What of a cache tells who is on a photo, and which gates a face passes. */
const MEMBERS = ['embedding', 'bbox', 'detScore', 'blur'] as const;

/** A collection whose `people.json` is up to date. */
export interface CurrentPeople {
  collection: Collection;
  used: UsedIdentity;
  meant: WhoIsMeant;
}

/** A collection with its cache and everyone in it. */
export interface OpenPeople extends CurrentPeople {
  cache: FaceCacheData<(typeof MEMBERS)[number]>;
  /** Digest of the cache. */
  cacheSha256: string;
  known: KnownPeople;
}

/**
 * Who is who in a cache, as `people.json` says. Where that is not up to date it is first, under the lock of the collection.
 *
 * @throws CacheNotFoundError, CacheLockedError while another process writes who is who
 */
export async function currentPeople(cachePath: string, options: StepOptions): Promise<CurrentPeople> {
  const collection = await Collection.open(cachePath);
  const used = usedIdentity(collection, {});
  const { sha256 } = await cacheFile(cachePath);
  if (!peopleAreCurrent(collection, sha256, used, {})) return openPeople(cachePath, options);
  const { images } = await readFaceCache(cachePath, { members: [] });
  const people = collection.people!;
  return { collection, used, meant: new WhoIsMeant(people, new KnownPhotos(images, people)) };
}

/** {@link currentPeople} with the embeddings. */
export async function openPeople(cachePath: string, options: StepOptions): Promise<OpenPeople> {
  const collection = await Collection.open(cachePath);
  const { sha256 } = await cacheFile(cachePath);
  // What is up to date is not written again, and needs no lock.
  if (peopleAreCurrent(collection, sha256, usedIdentity(collection, {}), {})) {
    return identified(collection, options);
  }
  return inCollection(cachePath, (locked) => identified(locked, options));
}

/** Finds out who is who in a collection, which is locked unless nothing has changed. */
export async function identified(collection: Collection, options: StepOptions): Promise<OpenPeople> {
  const { cachePath } = collection;
  const used = usedIdentity(collection, {});
  const { sha256: cacheSha256 } = await cacheFile(cachePath);
  const cache = await readCache(cachePath, MEMBERS);
  const find = () => identifyPeople(collection, cache, cacheSha256, used, options);
  let known: KnownPeople;
  if (peopleAreCurrent(collection, cacheSha256, used, {})) known = await find();
  else {
    const cuts = used.algorithm.algorithm === 'hdbscan' ? [] : (['threshold'] as const);
    const remembered = { ...rememberedOptions(collection, IDENTITY_SETTINGS), ...options };
    warnOfForeignThresholds(cache.meta.models, remembered as StepOptions & { threshold?: number }, cuts);
    known = await inStage(options, 'Clustering', 'faces', async () => {
      const result = await find();
      await collection.save();
      const people = result.people.filter(({ rows }) => rows.length > 0).length;
      const summary = `Clustered ${count(cache.faceCount, 'face')}: ${count(people, 'person', 'people')}`;
      return { result, summary };
    });
  }
  const people = collection.people!;
  const meant = new WhoIsMeant(people, new KnownPhotos(cache.images, people));
  return { collection, used, meant, cache, cacheSha256, known };
}

/** How a decision speaks of a person. */
export function refOf({ known }: Pick<OpenPeople, 'known'>, number: number): PersonRef {
  const person = known.people.find((one) => one.number === number);
  if (!person) throw new PipelineError(`there is no person ${number}`);
  return personRef(person, known.faces, known);
}

/** Rows of the embeddings that `identify` was given, by the faces' names. */
export function rowsByName({ known }: Pick<OpenPeople, 'known'>): ReadonlyMap<FaceName, number> {
  return new Map(known.faces.names.map((name, row) => [name, row]));
}

/** Embeddings of some faces, a row each. */
export function embeddingsOf(open: Pick<OpenPeople, 'known'>, faces: readonly FaceName[]): FaceMatrix {
  const rows = rowsByName(open);
  return takeRows(
    open.known.faces.embeddings,
    faces.map((face) => rows.get(face)!),
  );
}
