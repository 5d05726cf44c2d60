import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheWith, embeddingMatrix, embeddingOf } from '@face-sets/cache-npz';
import { agglomerative, cosineDistance, matrixFrom, robustCentroid, takeRows } from '@face-sets/cluster';
import { isMissing, makeRealFolder, OutputFolderError, syncFolder } from '@face-sets/files';
import { type ExportCache, swapOptionsOf } from '@face-sets/fsz-export';
import { facesetNumber, rounded, rowsOfFaces, type SwapManifest } from '@face-sets/manifests';
import { InvalidArgumentError } from '@face-sets/quality';
import { exportSwap } from '../export/export-swap.js';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import { rowsOfManifest } from '../export/merged-facesets.js';
import { type Collection, type CollectionFaceset, readCollection } from '../folders/collection.js';
import { MERGED_FOLDER } from '../folders/faceset-folders.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';
import { type ChangeOptions, recordChange } from '../undo/change-journal.js';

/** What {@link consolidateFacesets} works on. */
export interface ConsolidateInput
  extends Pick<ExportSwapInput, 'cache' | 'cacheFile' | 'onProgress' | 'signal'>,
    ChangeOptions {
  /** An output of `exportSwap`. */
  out: string;
  /** Facesets of which every two centroids are nearer than this (cosine distance) are one person; default 0.40. */
  threshold?: number;
  /** Looks at these facesets only, by id; and merges them even where something speaks against it. Default: all. */
  only?: readonly string[];
  /** Needed to merge. Default: proposals only. */
  finder?: ExportSwapInput['finder'];
}

/** A faceset of a proposal. */
export interface ProposedFaceset {
  id: string;
  folder: string;
  /** See {@link CollectionFaceset}. */
  name: string;
  faces: number;
  /** First and last year of capture of its faces; null where none is known. */
  years: [number, number] | null;
}

/** Two faces of different facesets. */
export interface FacePair {
  /** Cosine distance of the two. */
  distance: number;
  /** Crops, below the output, and photos. */
  a: { file: string; source: string };
  b: { file: string; source: string };
}

/** Facesets that are one person. */
export interface ConsolidateProposal {
  /** The one that stays: one with a name before others, then the one of more faces, then the lower number. */
  keep: ProposedFaceset;
  /** Those that are joined to it. */
  merge: ProposedFaceset[];
  /** Largest cosine distance between two of their centroids. */
  distance: number;
  /** For each of `merge`: the distance of its centroid to that of `keep`, and the nearest pairs of faces, nearest first. */
  evidence: { id: string; distance: number; pairs: FacePair[] }[];
  /** What speaks against it; such a proposal is not applied unless its facesets are asked for. */
  doubts: string[];
}

/** What {@link consolidateFacesets} found and did. */
export interface ConsolidateResult {
  out: string;
  threshold: number;
  /** Nearest first. */
  proposals: ConsolidateProposal[];
  /** Facesets that could not be compared, and why. */
  skipped: { id: string; reason: string }[];
  /** What was merged; null where nothing was to be. */
  merged: NonNullable<SwapManifest['merged']> | null;
  /** The export of the facesets that stay; null where there was none. */
  exported: ExportSwapResult | null;
}

/** Pairs of faces that are shown as evidence. */
const MOST_PAIRS = 3;

/**
 * Finds facesets of an output that are the same person, and merges them where a finder is given.
 *
 * Each faceset has a robust centroid (see {@link robustCentroid}) of the cache's embeddings of its exported faces; those
 * are clustered by complete linkage, so that every two facesets of a group are near to each other and no chain forms.
 * Eras are left out: those of one identity are one person.
 *
 * A merge makes one of them anew, of the faces of all, ranked together (see `exportSwap`; crops that are there are used
 * again), and moves the others as they are to `_merged/`. It is recorded, so that `undoLastChange` takes it back. In later
 * exports the faces of a merged faceset go to the one that it was joined to.
 *
 * @throws ManifestError when `out` is no output of `exportSwap`.
 * @throws OutputFolderError when `only` names a faceset that is not there.
 * @throws {InvalidArgumentError} for an impossible threshold.
 */
export async function consolidateFacesets(input: ConsolidateInput): Promise<ConsolidateResult> {
  const { out, threshold = 0.4, only, finder } = input;
  if (!(threshold >= 0 && threshold <= 2)) {
    throw new InvalidArgumentError(`option threshold: found ${threshold}, expected 0 to 2`);
  }
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const found = await findProposals(await readCollection(out), cache, threshold, only);
  const result = { out, threshold, ...found };
  const accepted = found.proposals.filter(({ doubts }) => doubts.length === 0 || only !== undefined);
  if (!finder || accepted.length === 0) return { ...result, merged: null, exported: null };
  const done = await recordChange(
    out,
    'consolidate',
    // What it was found in may have been changed before the folder was ours.
    async () => applyMerges(input, cache, finder, await readCollection(out), accepted),
    input,
  );
  return { ...result, ...done };
}

async function findProposals(
  { out, facesets }: Collection,
  cache: ExportCache,
  threshold: number,
  only: readonly string[] | undefined,
): Promise<Pick<ConsolidateResult, 'proposals' | 'skipped'>> {
  for (const id of only ?? []) {
    if (facesets.some((one) => one.id === id && one.entry.era_of === undefined)) continue;
    throw new OutputFolderError(`${out} has no faceset ${id}`);
  }
  const skipped: ConsolidateResult['skipped'] = [];
  const known: { faceset: CollectionFaceset; rows: number[]; centroid: Float32Array }[] = [];
  for (const faceset of facesets) {
    const { id, entry, manifest, linked } = faceset;
    if (entry.era_of !== undefined || (only && !only.includes(id))) continue;
    const rows = rowsOfFaces(cache, manifest.faces);
    const { centroid } = robustCentroid(takeRows(embeddingMatrix(cache), rows));
    if (linked) skipped.push({ id, reason: 'its folder is a symbolic link' });
    else if (rows.length < manifest.faces.length)
      skipped.push({ id, reason: notInCache(faceset, rows.length) });
    else if (centroid.every((value) => value === 0))
      skipped.push({ id, reason: 'its embeddings have no direction' });
    else known.push({ faceset, rows, centroid });
  }
  const centroids = matrixFrom(
    known.map(({ centroid }) => centroid),
    cache.dim,
  );
  const labels =
    known.length > 1 ? await agglomerative(centroids, { threshold, linkage: 'complete' }) : new Int32Array(1);
  const groups = new Map<number, number[]>();
  known.forEach((_, i) => {
    groups.set(labels[i], [...(groups.get(labels[i]) ?? []), i]);
  });

  const proposals: ConsolidateProposal[] = [];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    group.sort((a, b) => compareSurvivors(known[a].faceset, known[b].faceset));
    const [keep, ...merge] = group;
    const between = (a: number, b: number) => cosineDistance(known[a].centroid, known[b].centroid);
    const distances = group.flatMap((a, i) => group.slice(i + 1).map((b) => between(a, b)));
    proposals.push({
      keep: proposed(known[keep].faceset),
      merge: merge.map((i) => proposed(known[i].faceset)),
      distance: rounded(Math.max(...distances), 6),
      evidence: merge.map((i) => ({
        id: known[i].faceset.id,
        distance: rounded(between(keep, i), 6),
        pairs: nearestPairs(cache, known[keep], known[i]),
      })),
      doubts: doubtsOf(group.map((i) => known[i].faceset)),
    });
  }
  proposals.sort((a, b) => a.distance - b.distance);
  return { proposals, skipped };
}

/** Why a faceset cannot be made anew: what the cache does not have would get lost. */
export function notInCache({ manifest: { faces } }: CollectionFaceset, known: number): string {
  return `${faces.length - known} of its ${faces.length} faces are not in the cache`;
}

function isNamed({ id, name }: CollectionFaceset): boolean {
  return name !== id;
}

function compareSurvivors(a: CollectionFaceset, b: CollectionFaceset): number {
  return (
    Number(isNamed(b)) - Number(isNamed(a)) ||
    b.manifest.faces.length - a.manifest.faces.length ||
    facesetNumber(a.id) - facesetNumber(b.id)
  );
}

function proposed({ id, folder, name, manifest: { faces } }: CollectionFaceset): ProposedFaceset {
  const years = faces.flatMap(({ year }) => year ?? []);
  return {
    id,
    folder,
    name,
    faces: faces.length,
    years:
      years.length > 0
        ? [years.reduce((a, b) => Math.min(a, b)), years.reduce((a, b) => Math.max(a, b))]
        : null,
  };
}

/** What speaks against facesets being one person. */
function doubtsOf(group: readonly CollectionFaceset[]): string[] {
  const doubts: string[] = [];
  const named = group.filter(isNamed);
  if (new Set(named.map(({ name }) => name)).size > 1) {
    doubts.push(
      `they have different names: ${named.map(({ id, name }) => `${id} is ${JSON.stringify(name)}`).join(', ')}`,
    );
  }
  group.forEach((a, i) => {
    const boxes = new Map(a.manifest.faces.map((face) => [face.sha256, face]));
    for (const b of group.slice(i + 1)) {
      const together = b.manifest.faces.filter((face) => {
        const other = boxes.get(face.sha256);
        return other !== undefined && other.bbox.join() !== face.bbox.join();
      });
      if (together.length === 0) continue;
      doubts.push(
        `${a.id} and ${b.id} are both on ${together.length === 1 ? 'a photo' : `${together.length} photos`}, such as ${together[0].source}`,
      );
    }
  });
  return doubts;
}

type Known = { faceset: CollectionFaceset; rows: readonly number[] };

/** The faces of two facesets that are most alike; each is in one pair. */
function nearestPairs(cache: ExportCache, a: Known, b: Known): FacePair[] {
  const pairs = a.rows.flatMap((rowA) => {
    const nearest: { rowA: number; rowB: number; distance: number }[] = [];
    for (const rowB of b.rows) {
      const distance = cosineDistance(embeddingOf(cache, rowA), embeddingOf(cache, rowB));
      if (nearest.length === MOST_PAIRS && !(distance < nearest[MOST_PAIRS - 1].distance)) continue;
      nearest.push({ rowA, rowB, distance });
      nearest.sort((x, y) => x.distance - y.distance);
      nearest.length = Math.min(nearest.length, MOST_PAIRS);
    }
    return nearest;
  });
  pairs.sort((x, y) => x.distance - y.distance || x.rowA - y.rowA);
  const used = new Set<number>();
  const shown: FacePair[] = [];
  for (const { rowA, rowB, distance } of pairs) {
    if (shown.length === MOST_PAIRS) break;
    if (used.has(rowA) || used.has(rowB)) continue;
    used.add(rowA).add(rowB);
    shown.push({ distance: rounded(distance, 6), a: placeOf(cache, a, rowA), b: placeOf(cache, b, rowB) });
  }
  return shown;
}

function placeOf(cache: ExportCache, { faceset }: Known, row: number): FacePair['a'] {
  const { sha256, path } = cache.images[cache.imageIndex[row]];
  const [x1, y1] = cache.bbox.subarray(row * 4, row * 4 + 2);
  const face = faceset.manifest.faces.find(
    ({ sha256: other, bbox }) =>
      other === sha256 && Math.abs(bbox[0] - x1) < 0.01 && Math.abs(bbox[1] - y1) < 0.01,
  );
  return { file: `${faceset.folder}/${face?.file ?? ''}`, source: face?.source ?? path };
}

async function applyMerges(
  { out, cacheFile, onProgress, signal }: ConsolidateInput,
  cache: ExportCache,
  finder: ExportSwapInput['finder'],
  collection: Collection,
  proposals: readonly ConsolidateProposal[],
): Promise<Pick<ConsolidateResult, 'merged' | 'exported'>> {
  const byId = new Map(collection.facesets.map((faceset) => [faceset.id, faceset]));
  const merged: NonNullable<SwapManifest['merged']> = [];
  const facesets = [];
  await makeRealFolder(out, MERGED_FOLDER);
  for (const { keep, merge } of proposals) {
    const survivor = requireStill(byId, keep, out);
    const rows = new Set(rowsOfManifest(cache, survivor.manifest));
    for (const one of merge) {
      const { id, folder, manifest } = requireStill(byId, one, out);
      // What was taken out of it stays out.
      const rejected = manifest.rejected.filter(({ dropped }) => dropped === undefined);
      for (const row of rowsOfManifest(cache, { faces: manifest.faces, rejected })) rows.add(row);
      const place = await freeName(join(out, MERGED_FOLDER), basename(folder));
      await rename(join(out, folder), join(out, MERGED_FOLDER, place));
      merged.push({ id, into: survivor.id, folder: `${MERGED_FOLDER}/${place}` });
    }
    const { label } = survivor.manifest;
    facesets.push({
      id: survivor.id,
      ...(label === undefined ? {} : { label }),
      faces: [...rows].map((row) => ({ row, distance: 0 })),
    });
  }
  await syncFolder(join(out, MERGED_FOLDER));
  const { manifest: refine } = composeRefineManifest({
    cache,
    cacheFile,
    options: {},
    facesets,
    rejected: [],
  });
  const exported = await exportSwap({
    cache,
    cacheFile,
    refine,
    // The output as a whole is still that of this manifest.
    refineFile: collection.manifest.refine_manifest,
    out,
    finder,
    options: swapOptionsOf(collection.manifest.options),
    years: yearsOf(collection),
    merge: true,
    merged,
    onProgress,
    signal,
  });
  return { merged, exported };
}

function requireStill(
  facesets: ReadonlyMap<string, CollectionFaceset>,
  { id }: ProposedFaceset,
  out: string,
): CollectionFaceset {
  const faceset = facesets.get(id);
  if (faceset) return faceset;
  throw new OutputFolderError(`${id} is not in ${out} any more; consolidate again`);
}

/** Years of capture that the facesets of an output know, by the SHA-256 of the photo. */
export function yearsOf({ facesets }: Collection): Map<string, number> {
  return new Map(
    facesets.flatMap(({ manifest }) =>
      manifest.faces.flatMap(({ sha256, year }) =>
        year === undefined ? [] : [[sha256, year] as [string, number]],
      ),
    ),
  );
}

/** The name, or one with a number where it is taken. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name} (${n})`;
    if (await isMissing(join(folder, free))) return free;
  }
}
