import { cacheWith } from '@face-sets/cache-npz';
import { type ExportCache, swapOptionsOf } from '@face-sets/fsz-export';
import { faceKey, type Rejection } from '@face-sets/manifests';
import { InvalidArgumentError } from '@face-sets/quality';
import { exportSwap } from '../export/export-swap.js';
import { rowsOfManifest } from '../export/merged-facesets.js';
import { readCollection, yearsOf } from '../folders/collection.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';
import { recordChange } from '../undo/change-journal.js';
import { CLEAN_SIMILARITY, type CleanFinding, type CleanInput, type CleanResult } from './clean-result.js';
import { findDuplicates } from './duplicate-crops.js';
import { type KnownFaceset, knownFacesets } from './known-faceset.js';
import { findNearDuplicates } from './near-duplicate-crops.js';
import { findSecondFaces } from './second-face-crops.js';

/**
 * Finds duplicate and wrong crops in the facesets of an output, and removes them with `apply`:
 *
 * 1. *byte duplicates across facesets*: crops with the same bytes in facesets of different people. The face stays where it
 *    is nearest to the faceset's robust centroid (ties: the lower number) and goes from the others; eras of a person and
 *    their faceset may have it all;
 * 2. *near-duplicates within a faceset*: of two faces whose embeddings in the cache are as similar as `similarity` the one
 *    of the better rank stays;
 * 3. *second faces*: each crop is detected again at the sizes that it was made for, and must show its face and no other.
 *
 * A faceset is never emptied: one that would lose all faces is left alone and listed under `skipped`.
 *
 * Removed crops go to `faces/_dropped/` of its faceset, with its reason in the faceset's manifest, and stays out in
 * later exports; so do faces that the export had left out as duplicates of it. The faceset is rebuilt from the others:
 * ranks, names, bundles and manifests. It is recorded, so that `undoLastChange` takes it back.
 *
 * @throws ManifestError when `out` is not an output of `exportSwap`.
 * @throws {InvalidArgumentError} for an impossible similarity.
 */
export async function cleanFacesets(input: CleanInput): Promise<CleanResult> {
  const { out, similarity = CLEAN_SIMILARITY, audit = true, apply = false } = input;
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
        skipped.push({ id, reason: `all of its faces would be dropped (${reason.message})` });
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
