import { type FaceCacheData, readFaceCache } from '@face-sets/cache-npz';
import {
  type Manifests,
  type OptionValues,
  type PlacedKind,
  readManifestIfThere,
} from '@face-sets/manifests';
import {
  isUnedited,
  outputIsCurrent,
  type PlacedEdits,
  readExportEdits,
  readPlacedEdits,
} from '@face-sets/outputs';
import { notice, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { NeedsConsentError, option } from '../shared/errors.js';
import { cacheFile, readCache } from '../shared/read-cache.js';
import type { Collection } from './collection.js';
import { EditSayings, nameOf, numberOf } from './edit-sayings.js';
import {
  type IdentityOptions,
  identifyPeople,
  type KnownPeople,
  peopleAreCurrent,
  type UsedIdentity,
  usedIdentity,
} from './who-is-who.js';

/** What is done about changes that people make in the folders of an output. */
export interface EditOptions {
  /** Take large deletions at their word as well: whole people, or more than a fifth of someone's photos. @default false */
  acceptEdits?: boolean;
  /** Take no notice of changes by hand, and make the folders again as they were. @default false */
  discardEdits?: boolean;
}

/** Deleting up to this share of someone's photos needs no consent, and neither does a single one. */
const MOST_REMOVED = 0.2;
/** So many people are named in a message. */
const MOST_NAMED = 5;

/**
 * Makes decisions of what people have changed by hand in the folders of an output, and tells the caller of them.
 *
 * @param people who is who, as the output has it
 * @returns what was read, a line each
 * @throws NeedsConsentError where so much is gone that it may be a mistake, such as a disk that is not there
 */
async function decideEdits(
  collection: Collection,
  edits: PlacedEdits,
  people: KnownPeople,
  cache: FaceCacheData<'bbox' | 'detScore'>,
  given: EditOptions & StepOptions,
): Promise<string[]> {
  const said = new EditSayings(people, cache, collection.log.decisions);
  // Someone who was joined to another has no folder any more anyway.
  const emptied = edits.emptied.filter(({ id, faces }) => said.isStill(id, faces));
  const removed = edits.removed.map(({ group, faces, of }) => ({ id: group.id, faces, of }));
  requireIntent(
    emptied.map(({ id }) => id),
    removed,
    edits.groups,
    people,
    given,
  );
  for (const { group, name } of edits.renamed) said.name(said.personOf(group.faces), name);
  for (const { group, into } of edits.merged)
    said.same(said.personOf(into.faces), said.personOf(group.faces));
  for (const { group, faces } of edits.joined) said.is(said.personOf(group.faces), faces);
  for (const { folder, faces } of edits.founded) said.found(folder, faces);
  for (const { group, faces } of edits.removed) said.isnt(said.personOf(group.faces), faces);
  for (const { faces } of emptied) said.ignore(said.personOf(faces));
  if (said.sayings.length > 0) {
    await collection.decide(said.sayings, 'folder');
    notice(given, `Read from your folders: ${said.lines.join(', ')}`);
  }
  if (edits.unclear.length > 0) {
    const [first] = edits.unclear;
    notice(
      given,
      `It is not clear who is meant by ${count(edits.unclear.length, 'change')} in your folders, such as ${first}: left as it is`,
    );
  }
  return said.lines;
}

/**
 * Finds out who is who, with what people have changed by hand in an output as their decisions.
 *
 * @param edits as {@link readEdits} gives them; with `discardEdits` no one takes notice of them
 */
export async function identifyEdited(
  collection: Collection,
  edits: PlacedEdits | null,
  cache: FaceCacheData<'embedding' | 'bbox' | 'detScore'>,
  cacheSha256: string,
  used: UsedIdentity,
  given: IdentityOptions & EditOptions & StepOptions,
): Promise<KnownPeople> {
  const isFirst = collection.people === null;
  const people = await identifyPeople(collection, cache, cacheSha256, used, given);
  // Without earlier people the numbers in the output say nothing.
  if (!edits || isUnedited(edits) || given.discardEdits || isFirst) return people;
  const read = await decideEdits(collection, edits, people, cache, given);
  if (read.length === 0) return people;
  return identifyPeople(collection, cache, cacheSha256, used, { ...given, recluster: false });
}

/**
 * The manifest of an output for which nothing has to be done: it is of this cache, these people and these options, and nobody
 * has changed anything by hand; else null.
 */
export async function currentManifest<K extends PlacedKind>(
  collection: Collection,
  edits: PlacedEdits | null,
  { out, kind, cacheSha256, options }: { out: string; kind: K; cacheSha256: string; options: OptionValues },
  used: UsedIdentity,
  given: IdentityOptions,
): Promise<Manifests[K] | null> {
  const { peopleSha256 } = collection;
  if (
    (edits && !isUnedited(edits)) ||
    peopleSha256 === null ||
    !peopleAreCurrent(collection, cacheSha256, used, given)
  )
    return null;
  return outputIsCurrent(out, kind, { cacheSha256, peopleSha256, options });
}

/** Reads what people have changed by hand in an output; null where there is no output. */
export async function readEdits(
  { cachePath }: Collection,
  out: string,
  kind: PlacedKind,
): Promise<PlacedEdits | null> {
  return readPlacedEdits(out, kind, async () => (await readFaceCache(cachePath, { members: [] })).images);
}

/**
 * Makes decisions of what people have changed by hand in an output of photos in folders, before another one is written. Nothing
 * else is written.
 *
 * @throws NeedsConsentError as {@link identifyEdited} does
 */
export async function decideFolderEdits(
  collection: Collection,
  out: string,
  kind: PlacedKind,
  given: IdentityOptions & EditOptions & StepOptions,
): Promise<void> {
  const edits = given.discardEdits ? null : await readEdits(collection, out, kind);
  if (!edits || isUnedited(edits)) return;
  const { cache, cacheSha256 } = await openCache(collection);
  await identifyEdited(collection, edits, cache, cacheSha256, usedIdentity(collection, given), given);
}

/**
 * Makes decisions of what people have changed by hand in an output of `export-swap`: names, crops and facesets that were
 * deleted.
 *
 * @param refineManifest of the facesets that are exported: it has the faces of those that were deleted
 * @throws NeedsConsentError as {@link identifyEdited} does
 */
export async function decideExportEdits(
  collection: Collection,
  out: string,
  refineManifest: string,
  given: IdentityOptions & EditOptions & StepOptions,
): Promise<void> {
  const edits = given.discardEdits ? null : await readExportEdits(out);
  if (!edits || collection.people === null) return;
  if (edits.named.length + edits.dropped.length + edits.emptied.length === 0) return;
  const { cache, cacheSha256 } = await openCache(collection);
  const used = usedIdentity(collection, given);
  const people = await identifyPeople(collection, cache, cacheSha256, used, given);
  const said = new EditSayings(people, cache, collection.log.decisions);
  const { facesets = [] } = (await readManifestIfThere(refineManifest, 'refine')) ?? {};
  const gone = facesets.filter(({ id, faces }) => edits.emptied.includes(id) && said.isStill(id, faces));
  const dropped = edits.dropped.filter(({ faces }) => said.isOpen(faces));
  requireIntent(
    gone.map(({ id }) => id),
    dropped,
    edits.facesets,
    people,
    given,
  );
  for (const { faces, name, isNew } of edits.named) said.name(said.personOf(faces), name, isNew);
  for (const { faces } of dropped) said.drop(said.personOf(faces), faces);
  for (const { faces } of gone) said.ignore(said.personOf(faces));
  if (said.sayings.length === 0) return;
  await collection.decide(said.sayings, 'folder');
  notice(given, `Read from your folders: ${said.lines.join(', ')}`);
}

/** What edits are compared with. */
async function openCache({ cachePath }: Collection) {
  const { sha256: cacheSha256 } = await cacheFile(cachePath);
  return { cache: await readCache(cachePath, ['embedding', 'bbox', 'detScore']), cacheSha256 };
}

/** Refuses deletions that are so large that they may be a mistake. */
function requireIntent(
  emptied: readonly string[],
  removed: readonly { id: string; faces: readonly unknown[]; of: number }[],
  groups: number,
  people: KnownPeople,
  { acceptEdits }: EditOptions,
): void {
  if (acceptEdits) return;
  const called = (id: string) => nameOf(people, numberOf(id)) ?? id;
  const large = [
    ...emptied.map((id) => `${called(id)} (all)`),
    ...removed
      .filter(({ faces, of }) => faces.length > 1 && faces.length > MOST_REMOVED * of)
      .map(({ id, faces, of }) => `${called(id)} (${faces.length} of ${of})`),
  ];
  if (large.length === 0) return;
  const more = large.length > MOST_NAMED ? ` and ${large.length - MOST_NAMED} more` : '';
  const listed = `${large.slice(0, MOST_NAMED).join(', ')}${more}`;
  const what = groups > 0 && emptied.length === groups ? 'all of them' : listed;
  throw new NeedsConsentError(
    `pictures are missing in the output folders: ${what}; if you deleted them, repeat with ${option('acceptEdits')}, and they stay out; to restore them, repeat with ${option('discardEdits')}`,
  );
}
