import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheWith } from '@face-sets/cache-npz';
import type { FaceMatrix } from '@face-sets/cluster';
import { nullIfMissing, OutputFolderError } from '@face-sets/files';
import {
  type FaceRef,
  MANIFEST_NAMES,
  ManifestError,
  type Manifests,
  type PlacedKind,
  readManifest,
  readManifestIfThere,
} from '@face-sets/manifests';
import { LINK_MODES } from '../folders/materialize.js';
import { outputIsCurrent } from '../folders/output-is-current.js';
import {
  type ClaimedFolder,
  claimPlacedFolder,
  type PlacedOutputInput,
  type WrittenFolders,
} from '../folders/write-placed-output.js';
import type { ExtensionDiff } from './extension-diff.js';
import { type KnownFaces, knownFaces, type LostPhoto } from './known-faces.js';

/** Input for extending an output; the options are those that the output was made with. */
export interface ExtendOutputInput
  extends Pick<PlacedOutputInput, 'cache' | 'cacheFile' | 'onProgress' | 'signal'> {
  /** An output that is there already. */
  out: string;
}

/** What an extension did. */
export interface ExtendedOutput<Manifest> extends WrittenFolders<Manifest> {
  /** Faces and groups that were added, and the proof that none moved. */
  labelDiff: ExtensionDiff;
  /** Groups whose folders were renamed by their owner since the last run. */
  renamed: { id: string; folder: string }[];
  /** Photos that are no longer in the cache; their copies were removed. */
  vanished: LostPhoto[];
  /** Photos whose content has changed; their copies were removed. */
  superseded: LostPhoto[];
}

/**
 * Opens an output to extend it.
 *
 * @throws OutputFolderError when there is none.
 * @throws ManifestError when its manifest cannot be read.
 */
async function claimExtendable<K extends PlacedKind>(
  out: string,
  kind: K,
): Promise<ClaimedFolder<K> & { manifest: Manifests[K] }> {
  const path = join(out, MANIFEST_NAMES[kind]);
  if (!(await nullIfMissing(path, lstat(path)))) {
    throw new OutputFolderError(
      `${out} is not an output of kind "${kind}" (it has no ${MANIFEST_NAMES[kind]}), so there is nothing to extend: write that output first`,
    );
  }
  const manifest = await readManifest(path, kind);
  return { ...(await claimPlacedFolder(out, kind)), manifest };
}

/** Where the manifest of an output has its groups (people or facesets), and its faces that are in none. */
export interface ManifestGroups<Manifest, Group, Other> {
  groups: (manifest: Manifest) => readonly Group[];
  others: (manifest: Manifest) => readonly Other[];
  /** The number that an id says. */
  numberOf: (id: string) => number;
}

/** An output that is to be extended, and what the cache has of it. */
export interface Extendable<K extends PlacedKind, Group extends FaceGroup, Other> extends ClaimedFolder<K> {
  manifest: Manifests[K];
  /** The groups with their numbers. */
  before: (Group & { number: number })[];
  known: KnownFaces<Group['faces'][number] | Other>;
  /** The highest number that a group ever had. */
  highest: number;
}

interface FaceGroup {
  id: string;
  faces: readonly FaceRef[];
}

/**
 * First steps of every extension: takes the output, numbers its groups, and finds their faces in the cache.
 *
 * @throws OutputFolderError when there is no output of the kind.
 * @throws ManifestError when its manifest cannot be read.
 * @throws ManifestMismatchError when it was made from another cache.
 */
export async function openExtendable<K extends PlacedKind, Group extends FaceGroup, Other extends FaceRef>(
  out: string,
  kind: K,
  cache: CacheWith<'bbox' | 'detScore'>,
  { groups, others, numberOf }: ManifestGroups<Manifests[K], Group, Other>,
): Promise<Extendable<K, Group, Other>> {
  const claimed = await claimExtendable(out, kind);
  const { manifest, folderOf } = claimed;
  const path = join(out, MANIFEST_NAMES[kind]);
  const before = numbered(groups(manifest), numberOf, path);
  const known = knownFaces<Group['faces'][number], Other>(cache, before, others(manifest), path);
  const inFolders = [...folderOf.values()].map(numberOf);
  const highest = highestUsedNumber(manifest.highest_number, before, inFolders);
  return { ...claimed, before, known, highest };
}

/**
 * The manifest of an output, if it was made from or extended with the same cache and threshold, and everything is still
 * in its place; else `null`: extending may change something. See {@link outputIsCurrent}.
 *
 * @param made.threshold Of the extension; default: any.
 */
export async function extensionIsCurrent<K extends PlacedKind>(
  out: string,
  kind: K,
  made: { cacheSha256: string; threshold?: number },
): Promise<Manifests[K] | null> {
  const manifest = await readManifestIfThere(join(out, MANIFEST_NAMES[kind]), kind);
  if (manifest === null) return null;
  const { threshold } = manifest.extended ?? manifest.options;
  if (made.threshold !== undefined && made.threshold !== threshold) return null;
  return outputIsCurrent(out, kind, {
    cacheSha256: made.cacheSha256,
    options: manifest.options,
    extended: true,
  });
}

/** The groups of a manifest with their numbers. */
function numbered<G extends { id: string }>(
  groups: readonly G[],
  numberOf: (id: string) => number,
  path: string,
): (G & { number: number })[] {
  const seen = new Set<number>();
  return groups.map((group) => {
    const number = numberOf(group.id);
    if (number === 0 || seen.has(number)) {
      throw new ManifestError(`${path}: id: expected a number of its own, found ${JSON.stringify(group.id)}`);
    }
    seen.add(number);
    return { ...group, number };
  });
}

/** The highest number that is or ever was in use. */
export function highestUsedNumber(
  recorded: number | undefined,
  groups: readonly { number: number }[],
  more: readonly number[] = [],
): number {
  let highest = recorded ?? 0;
  for (const { number } of groups) highest = Math.max(highest, number);
  for (const number of more) highest = Math.max(highest, number);
  return highest;
}

/** The options that an extended output keeps, and how its photos are placed. */
export function extensionOptions({
  options,
}: Manifests[PlacedKind]): Pick<PlacedOutputInput, 'options' | 'link'> {
  return { options, link: LINK_MODES.find((mode) => mode === options.link) };
}

/** Groups whose folders are not where the manifest has them. */
export function renamedGroups(
  groups: readonly { id: string; folder: string }[],
  folderOf: ReadonlyMap<string, string>,
): { id: string; folder: string }[] {
  return groups.flatMap(({ id, folder }) => {
    const now = folderOf.get(id) ?? folder;
    return now === folder ? [] : [{ id, folder: now }];
  });
}

/** Whether the output holds something now that making it from nothing would lose. */
export function hasGrown({ added, created }: ExtensionDiff, renamed: readonly unknown[]): boolean {
  return added.length + created.length + renamed.length > 0;
}

/** All faces, those of superseded images without a direction, so that no one is compared with them. */
export function currentFaces(cache: CacheWith<'embedding'>): FaceMatrix {
  const { dim, faceCount, images, imageIndex } = cache;
  let data = cache.embedding;
  for (let row = 0; row < faceCount; row++) {
    if (!images[imageIndex[row]].superseded) continue;
    const [start, end] = [row * dim, (row + 1) * dim];
    if (data.subarray(start, end).every((value) => value === 0)) continue;
    if (data === cache.embedding) data = data.slice();
    data.fill(0, start, end);
  }
  return { data, rows: faceCount, cols: dim };
}
