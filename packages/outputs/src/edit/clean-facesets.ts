import { join } from 'node:path';
import { cacheWith, embeddingMatrix, embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { cosineDistance, robustCentroid, takeRows } from '@face-sets/cluster';
import { errorText, fileSha256, forEachLimit, isRealFile } from '@face-sets/files';
import { auditCrop, type ExportCache, resolveSwapOptions, swapOptionsOf } from '@face-sets/fsz-export';
import { faceKey, faceRefOf, type Rejection, rejection, rounded, rowsOfFaces } from '@face-sets/manifests';
import { InvalidArgumentError, measuredText } from '@face-sets/quality';
import { exportSwap } from '../export/export-swap.js';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import { rowsOfManifest, survivorOf } from '../export/merged-facesets.js';
import { type Collection, type CollectionFaceset, readCollection } from '../folders/collection.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';
import { type ChangeOptions, recordChange } from '../undo/change-journal.js';
import { notInCache, yearsOf } from './consolidate-facesets.js';

/** What {@link cleanFacesets} works on. */
export interface CleanInput
  extends Pick<ExportSwapInput, 'cache' | 'cacheFile' | 'finder' | 'onProgress' | 'signal'>,
    ChangeOptions {
  /** An output of `exportSwap`. */
  out: string;
  /** Two faces of a faceset whose embeddings are at least this similar (cosine) are near-duplicates; default 0.95. */
  similarity?: number;
  /** Whether each crop is looked at again for a second face; default true. It is what takes time. */
  audit?: boolean;
  /** Whether to do it; default false: only what would be done is told. */
  apply?: boolean;
  /** Crops looked at at the same time; default 2. */
  concurrency?: number;
  /** Called for each crop that was looked at. */
  onAudited?: (crops: number, total: number) => void;
}

/** A face that is to be taken out of a faceset. */
export interface CleanFinding {
  /** The faceset. */
  id: string;
  /** Its crop, below the output. */
  file: string;
  source: string;
  /**
   * `duplicate`: the same file is in another faceset, which the face is nearer to; `near-duplicate`: a better one of this
   * faceset is nearly the same; `second-face`, `not-found-again`, `face-changed`: what was found in the crop.
   */
  reason: Rejection;
  /** With `duplicate` and `near-duplicate`: the crop that stays in its place, below the output. */
  stays?: string;
}

/** What {@link cleanFacesets} found and did. */
export interface CleanResult {
  out: string;
  findings: CleanFinding[];
  /** Facesets that were left alone although something was found or could not be looked at, and why. */
  skipped: { id: string; reason: string }[];
  /** Crops that were looked at. */
  audited: number;
  applied: boolean;
  /** The export of the facesets that were made anew; null where there was none. */
  exported: ExportSwapResult | null;
}

/** A faceset whose faces are all in the cache. */
interface KnownFaceset {
  faceset: CollectionFaceset;
  /** Whose it is: eras are their faceset's, or that of the one that it was joined to. */
  identity: string;
  /** Row of each face, by rank. */
  rows: number[];
  /** Why faces are to be taken out, by rank. */
  drop: Map<number, { reason: Rejection; stays?: string }>;
}

/**
 * Finds faces that do not do a collection good, and takes them out where asked to:
 *
 * 1. *byte duplicates across facesets*: crops with the same bytes in facesets of different people. The face stays where it
 *    is nearest to the faceset's robust centroid (ties: the lower number) and goes from the others; eras of a person and
 *    their faceset may have it all;
 * 2. *near-duplicates within a faceset*: of two faces whose embeddings in the cache are as similar as `similarity` the one
 *    of the better rank stays;
 * 3. *second faces*: each crop is detected again at the sizes that it was made for, and must show its face and no other.
 *
 * A faceset is never emptied: where all its faces would go, it is left alone and listed under `skipped`.
 *
 * What is taken out goes to `faces/_dropped/` of its faceset, with its reason in the faceset's manifest, and stays out in
 * later exports; so do faces that the export had left out as duplicates of it. The faceset is made anew of the others:
 * ranks, names, bundles and manifests. It is recorded, so that `undoLastChange` takes it back.
 *
 * @throws ManifestError when `out` is no output of `exportSwap`.
 * @throws {InvalidArgumentError} for an impossible similarity.
 */
export async function cleanFacesets(input: CleanInput): Promise<CleanResult> {
  const { out, similarity = 0.95, audit = true, apply = false } = input;
  if (!(similarity > 0 && similarity <= 1)) {
    throw new InvalidArgumentError(`option similarity: found ${similarity}, expected more than 0, at most 1`);
  }
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const work = async (): Promise<CleanResult> => {
    const collection = await readCollection(out);
    const skipped: CleanResult['skipped'] = [];
    const known = knownFacesets(collection, cache, skipped);
    await findDuplicates(out, known, cache);
    findNearDuplicates(known, cache, similarity);
    const audited = audit ? await findSecondFaces(input, known, cache, skipped) : 0;
    const touched = known.filter(({ faceset: { id, manifest }, drop }) => {
      if (drop.size < manifest.faces.length) return drop.size > 0;
      if (drop.size > 0) {
        const [{ reason }] = drop.values();
        skipped.push({ id, reason: `all of its faces would go (${reason.message}); see consolidate` });
      }
      return false;
    });
    const findings = touched.flatMap(findingsOf);
    const exported =
      apply && touched.length > 0
        ? await exportSwap({
            cache,
            cacheFile: input.cacheFile,
            refine: refineOf(touched, cache, input.cacheFile),
            // The output as a whole is still that of this manifest.
            refineFile: collection.manifest.refine_manifest,
            out,
            finder: input.finder,
            options: swapOptionsOf(collection.manifest.options),
            years: yearsOf(collection),
            merge: true,
            drop: new Map(touched.map((one) => [one.faceset.id, dropOf(one)])),
            onProgress: input.onProgress,
            signal: input.signal,
          })
        : null;
    return { out, findings, skipped, audited, applied: apply, exported };
  };
  return apply ? recordChange(out, 'clean', work, input) : work();
}

function knownFacesets(
  { facesets, manifest: { merged = [] } }: Collection,
  cache: ExportCache,
  skipped: CleanResult['skipped'],
): KnownFaceset[] {
  const there = new Set(facesets.map(({ id }) => id));
  const stillMerged = merged.filter(({ id }) => !there.has(id));
  return facesets.flatMap((faceset): KnownFaceset[] => {
    const { id, manifest, linked } = faceset;
    // The eras of a faceset that was joined to another are eras of that.
    const identity = survivorOf(manifest.era_of ?? id, stillMerged);
    const found = new Map(
      rowsOfFaces(cache, manifest.faces).map((row) => [faceKey(faceRefOf(cache, row)), row]),
    );
    const rows = manifest.faces.flatMap((face) => found.get(faceKey(face)) ?? []);
    if (linked) skipped.push({ id, reason: 'its folder is a symbolic link' });
    else if (rows.length < manifest.faces.length)
      skipped.push({ id, reason: notInCache(faceset, rows.length) });
    else return [{ faceset, identity, rows, drop: new Map() }];
    return [];
  });
}

/** Crops with the same bytes in facesets of different people. */
async function findDuplicates(
  out: string,
  known: readonly KnownFaceset[],
  cache: ExportCache,
): Promise<void> {
  const places = new Map<string, { one: KnownFaceset; rank: number }[]>();
  for (const one of known) {
    for (const [rank, { file }] of one.faceset.manifest.faces.entries()) {
      const folder = join(out, one.faceset.folder);
      const ours = await isRealFile(folder, file);
      const sha256 = ours ? await fileSha256(join(folder, file)).catch(() => null) : null;
      if (sha256 !== null) places.set(sha256, [...(places.get(sha256) ?? []), { one, rank }]);
    }
  }
  const centroids = new Map<KnownFaceset, Float32Array>();
  const distanceOf = ({ one, rank }: { one: KnownFaceset; rank: number }): number => {
    let centroid = centroids.get(one);
    if (!centroid) {
      centroid = robustCentroid(takeRows(embeddingMatrix(cache), one.rows)).centroid;
      centroids.set(one, centroid);
    }
    return cosineDistance(embeddingOf(cache, one.rows[rank]), centroid);
  };
  for (const same of places.values()) {
    if (new Set(same.map(({ one }) => one.identity)).size < 2) continue;
    // In order of the ids, so that the first of equals has the lowest.
    const ranked = same.map((place) => ({ ...place, distance: distanceOf(place) }));
    const nearest = ranked.reduce((best, place) => (place.distance < best.distance ? place : best));
    for (const { one, rank, distance } of ranked) {
      if (one.identity === nearest.one.identity) continue;
      const there = measuredText(nearest.distance, distance);
      const here = measuredText(distance, nearest.distance);
      const message = `the same picture is in ${nearest.one.faceset.id}, which it is nearer to (${there} from the centroid, ${here} here)`;
      one.drop.set(rank, {
        reason: rejection('duplicate', distance, rounded(nearest.distance, 6), message),
        stays: cropOf(nearest.one, nearest.rank),
      });
    }
  }
}

/** Faces of a faceset that are nearly the same as a better one. */
function findNearDuplicates(known: readonly KnownFaceset[], cache: ExportCache, similarity: number): void {
  const distance = (a: number, b: number) => cosineDistance(embeddingOf(cache, a), embeddingOf(cache, b));
  for (const one of known) {
    const kept: number[] = [];
    for (const [rank, row] of one.rows.entries()) {
      if (one.drop.has(rank)) continue;
      const twin = kept.find((other) => 1 - distance(one.rows[other], row) >= similarity);
      if (twin === undefined) {
        kept.push(rank);
        continue;
      }
      const alike = 1 - distance(one.rows[twin], row);
      const message = `nearly the same as the better face in row ${one.rows[twin]} (similarity ${measuredText(alike, similarity)})`;
      one.drop.set(rank, {
        reason: {
          ...rejection('near-duplicate', alike, similarity, message),
          represented_by: one.rows[twin],
        },
        stays: cropOf(one, twin),
      });
    }
  }
}

/** Crops in which not one face is found, or another. Returns how many were looked at. */
async function findSecondFaces(
  { out, finder, concurrency = 2, onAudited, signal }: CleanInput,
  known: readonly KnownFaceset[],
  cache: ExportCache,
  skipped: CleanResult['skipped'],
): Promise<number> {
  const crops = known.flatMap((one) =>
    one.rows.flatMap((row, rank) => (one.drop.has(rank) ? [] : [{ one, row, rank }])),
  );
  let done = 0;
  await forEachLimit(crops, concurrency, async ({ one, row, rank }) => {
    signal?.throwIfAborted();
    const { folder, manifest, id } = one.faceset;
    const { file, crop } = manifest.faces[rank];
    const { verifySizes, maxCropDistance } = resolveSwapOptions(swapOptionsOf(manifest.options));
    try {
      if (!(await isRealFile(join(out, folder), file))) throw new Error('it is no file');
      const image = await finder.decode(join(out, folder, file));
      const face = { bbox: faceBbox(cache, row), embedding: embeddingOf(cache, row) };
      const audited = await auditCrop(image, face, crop, finder, {
        verifySizes,
        maxDistance: maxCropDistance,
      });
      if ('reason' in audited) one.drop.set(rank, { reason: audited.reason });
    } catch (error) {
      signal?.throwIfAborted();
      skipped.push({ id, reason: `${folder}/${file} cannot be read: ${errorText(error)}` });
    }
    done++;
    onAudited?.(done, crops.length);
  });
  return done;
}

function cropOf({ faceset }: KnownFaceset, rank: number): string {
  return `${faceset.folder}/${faceset.manifest.faces[rank].file}`;
}

function findingsOf({ faceset, drop }: KnownFaceset): CleanFinding[] {
  return [...drop]
    .sort(([a], [b]) => a - b)
    .map(([rank, { reason, stays }]) => {
      const { file, source } = faceset.manifest.faces[rank];
      const stay = stays === undefined ? {} : { stays };
      return { id: faceset.id, file: `${faceset.folder}/${file}`, source, reason, ...stay };
    });
}

/**
 * Why faces go, by `faceKey`. Where a duplicate goes, those go too that the export had left out as duplicates of it, or one
 * of them would take its place.
 */
function dropOf({ faceset: { manifest }, drop }: KnownFaceset): Map<string, Rejection> {
  const reasons = new Map<string, Rejection>();
  const byRow = new Map<number, Rejection>();
  for (const [rank, { reason }] of drop) {
    reasons.set(faceKey(manifest.faces[rank]), reason);
    if (reason.code.endsWith('duplicate')) byRow.set(manifest.faces[rank].row, reason);
  }
  for (const face of manifest.rejected) {
    const reason = byRow.get(face.reason.represented_by ?? -1);
    if (reason && face.reason.code === 'near-duplicate' && face.dropped === undefined) {
      reasons.set(faceKey(face), reason);
    }
  }
  return reasons;
}

function refineOf(touched: readonly KnownFaceset[], cache: ExportCache, cacheFile: CleanInput['cacheFile']) {
  const facesets = touched.map(({ faceset: { id, manifest } }) => {
    const { label, era_of, years } = manifest;
    const traits = {
      ...(label === undefined ? {} : { label }),
      ...(era_of === undefined ? {} : { era_of }),
      ...(years === undefined ? {} : { years }),
    };
    return { id, ...traits, faces: rowsOfManifest(cache, manifest).map((row) => ({ row, distance: 0 })) };
  });
  return composeRefineManifest({ cache, cacheFile, options: {}, facesets, rejected: [] }).manifest;
}
