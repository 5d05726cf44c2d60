import { DEFAULT_ERA_OPTIONS, type EraSplit, splitEras } from '@face-sets/cluster';
import {
  compareFacesetIds,
  countByCode,
  type ErasManifest,
  encodeVector,
  MANIFEST_SCHEMA_VERSION,
  rounded,
} from '@face-sets/manifests';
import type { GateFailure } from '@face-sets/quality';
import { type FoundEraFaces, findEraFaces } from './era-faces.js';
import { numberEras } from './era-ids.js';
import {
  composeEras,
  eraOptionValues,
  exportEras,
  type FacesetErasInput,
  type FacesetErasResult,
  rejectedFaces,
  spanOf,
} from './export-eras.js';

/**
 * Splits the person of a faceset by age, and exports each age as a faceset of its own: `faceset_001_era_01` and so on,
 * those that others may join first, by time, then small ones by time. The person's faces are looked for below the sources, since the curated faceset need not have them
 * all. How they are split says `splitEras`; every face that is near enough has its era, or the reason why it is in none,
 * in `_eras/<faceset>/refine_manifest.json`.
 *
 * The faceset itself and all others stay as they are. Eras of an earlier split of it are replaced; one that has most of
 * the faces of an earlier one keeps its number, others get new ones. The same split again changes nothing.
 *
 * @throws OutputFolderError when the output has no such faceset, or it is an era.
 * @throws ManifestMismatchError when the cache has none of its faces.
 * @throws FoldersNotInCacheError when the cache has no photo in a source.
 * @throws {InvalidArgumentError} for an impossible option.
 */
export async function splitFacesetEras(input: FacesetErasInput): Promise<FacesetErasResult> {
  const { facesetId, split = {} } = input;
  const threshold = split.recoverThreshold ?? DEFAULT_ERA_OPTIONS.recoverThreshold;
  const found = await findEraFaces(input, { threshold });
  const { matrix, seed, candidates, years, gateReasons } = found;
  const result = await splitEras(matrix, { seed, candidates, years, gateReasons }, split);
  const { ids, highest } = await numberEras(
    input.out,
    facesetId,
    found.cache,
    result.eras.map(({ rows }) => rows),
  );
  const rejected = rejectedFaces(seed, result.outcomes);
  const eras = { ...erasOfSplit(input, found, result, ids), highest_number: highest };
  eras.summary.rejected = rejected.length;
  eras.summary.rejected_by = countByCode(rejected.map(({ reason }) => reason));
  const rowsOf = new Map(result.eras.map(({ rows }, index) => [ids[index], rows]));
  const composed = eras.eras.map((era) => ({ ...era, rows: rowsOf.get(era.id) as number[] }));
  const refine = composeEras(input, found, composed, rejected);
  return exportEras('split', input, found, { eras, refine }, new Set(ids));
}

/** How the person is split, but for what was rejected. */
function erasOfSplit(
  input: FacesetErasInput,
  { cache, sources, candidates, elsewhere }: FoundEraFaces,
  { eras, fragments, outcomes, seedCentroid, center }: EraSplit<GateFailure>,
  ids: readonly string[],
): Omit<ErasManifest, 'highest_number'> {
  const far = new Set(['not-candidate', 'not-recovered', 'invalid-embedding']);
  return {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'eras',
    faceset: input.facesetId,
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: eraOptionValues(input),
    sources,
    seed_centroid: encodeVector(seedCentroid),
    center: encodeVector(center),
    summary: {
      candidates: candidates.length,
      recovered: outcomes.filter((outcome) => outcome.status === 'era' || !far.has(outcome.reason)).length,
      elsewhere,
      eras: eras.length,
      faces: eras.reduce((sum, { rows }) => sum + rows.length, 0),
      dated: eras.reduce((sum, { years }) => sum + (years?.dated ?? 0), 0),
      rejected: 0,
      rejected_by: {},
    },
    eras: eras
      .map(({ rows, core, anchor, centroid, coreYears, years }, index) => ({
        id: ids[index],
        anchor,
        centroid: encodeVector(centroid),
        year: coreYears?.dominant ?? null,
        years: spanOf(years),
        core: core.length,
        faces: rows.length,
      }))
      .sort((a, b) => compareFacesetIds(a.id, b.id)),
    fragments: fragmentEntries(fragments, ids),
  };
}

/** What became of each sub-cluster that was not an anchor. */
export function fragmentEntries(
  fragments: EraSplit<GateFailure>['fragments'],
  ids: readonly string[],
): ErasManifest['fragments'] {
  const known = (value: number) => (Number.isNaN(value) ? null : rounded(value, 6));
  return fragments.map(({ rows, years, era, unmatched, nearest, distance, yearGap }) => ({
    era: era === null ? null : ids[era],
    unmatched,
    faces: rows.length,
    year: years?.dominant ?? null,
    nearest: nearest < 0 ? null : ids[nearest],
    distance: known(distance),
    year_gap: known(yearGap),
  }));
}
