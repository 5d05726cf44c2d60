import {
  DEFAULT_ERA_OPTIONS,
  type ErasExtended,
  extendEras,
  type SplitErasOptions,
} from '@face-sets/cluster';
import { OutputFolderError } from '@face-sets/files';
import {
  countByCode,
  decodeVector,
  type ErasManifest,
  encodeVector,
  eraIdOf,
  ManifestMismatchError,
  rowsOfFaces,
} from '@face-sets/manifests';
import type { GateFailure } from '@face-sets/quality';
import { type FoundEraFaces, findEraFaces } from './era-faces.js';
import { readEras } from './eras-folder.js';
import {
  composeEras,
  eraOptionValues,
  exportEras,
  type FacesetErasInput,
  type FacesetErasResult,
  recordedSplit,
  rejectedFaces,
  spanOf,
} from './export-eras.js';
import { fragmentEntries } from './split-faceset-eras.js';

/** The options that a faceset was split with; empty if it was not split. */
export async function recordedErasSplit(out: string, facesetId: string): Promise<SplitErasOptions> {
  const known = await readEras(out, facesetId);
  return known ? recordedSplit(known.eras.options).split : {};
}

/**
 * Adds new faces in the cache to the existing eras of a faceset, by the same rule and
 * about the same centroids (see `extendEras` of `@face-sets/cluster`). Faces that are in an era stay in it, and no number
 * of an era changes; faces that fit none become a new era after the last. Only eras with new faces are exported again.
 *
 * `split`, `gates`, `options.minEraFaces` and the sources default to those of the split.
 *
 * @throws OutputFolderError when the output has no such faceset, or it was never split.
 * @throws ManifestMismatchError when the cache is of another model, or has none of the faceset's faces.
 * @throws FoldersNotInCacheError when the cache has no photo in a source.
 * @throws {InvalidArgumentError} for an impossible option.
 */
export async function extendFacesetEras(
  given: FacesetErasInput,
): Promise<FacesetErasResult & { added: number }> {
  const { out, facesetId } = given;
  const known = await readEras(out, facesetId);
  if (!known) throw new OutputFolderError(`${facesetId} of ${out} has no eras yet: split it first`);
  const before = recordedSplit(known.eras.options);
  const split = { ...before.split, ...given.split };
  const gates = { ...before.gates, ...given.gates };
  const input = { ...given, split, gates, options: { ...before.options, ...given.options } };
  const seedCentroid = decodeVector(known.eras.seed_centroid);
  if (seedCentroid.length !== input.cache.dim) {
    throw new ManifestMismatchError(
      `the eras of ${facesetId} are of embeddings of ${seedCentroid.length} numbers, those of the cache have ${input.cache.dim}: it was made with another model`,
    );
  }
  const sources = input.sources ?? known.eras.sources;
  const threshold = split.recoverThreshold ?? DEFAULT_ERA_OPTIONS.recoverThreshold;
  const found = await findEraFaces({ ...input, sources }, { centroid: seedCentroid, threshold });
  const rowsOfEra = known.eras.eras.map(({ id }) =>
    rowsOfFaces(found.cache, known.refine.facesets.find((era) => era.id === id)?.faces ?? []),
  );
  const sorted = new Set(rowsOfEra.flat());
  const result = await extendEras(
    found.matrix,
    {
      seedCentroid,
      center: decodeVector(known.eras.center),
      eras: known.eras.eras.map(({ centroid, year }) => ({ centroid: decodeVector(centroid), year })),
    },
    { ...found, candidates: found.candidates.filter((row) => !sorted.has(row)) },
    split,
  );
  const added = result.outcomes.filter(({ status }) => status === 'era').length;
  const { eras, rows } = extended(input, found, known.eras, rowsOfEra, result, added);
  const rejected = rejectedFaces(
    found.seed.filter((row) => !sorted.has(row)),
    result.outcomes,
  );
  eras.summary.rejected = rejected.length;
  eras.summary.rejected_by = countByCode(rejected.map(({ reason }) => reason));
  const composed = eras.eras.map((era, index) => ({ ...era, rows: rows[index] }));
  const refine = composeEras({ ...input, sources }, found, composed, rejected);
  const changed = new Set(
    eras.eras.flatMap(({ id }, index) =>
      index >= known.eras.eras.length || result.joined[index].length > 0 ? [id] : [],
    ),
  );
  return { ...(await exportEras('extend', input, found, { eras, refine }, changed)), added };
}

/** The eras with the new faces and those after the last, and the rows of each. */
function extended(
  input: FacesetErasInput,
  { cache, sources, candidates, elsewhere, years }: FoundEraFaces,
  before: ErasManifest,
  rowsOfEra: readonly number[][],
  { joined, newEras, fragments, outcomes }: ErasExtended<GateFailure>,
  added: number,
): { eras: ErasManifest; rows: number[][] } {
  const last = before.highest_number;
  const ids = [
    ...before.eras.map(({ id }) => id),
    ...newEras.map((_, i) => eraIdOf(input.facesetId, last + i + 1)),
  ];
  const rows = [
    ...rowsOfEra.map((old, index) => [...old, ...joined[index]].sort((a, b) => a - b)),
    ...newEras.map((era) => era.rows),
  ];
  const newYears = (index: number): [number, number] | null => {
    const dates = joined[index].flatMap((row) => years[row] ?? []);
    const all = [...(before.eras[index].years ?? []), ...dates];
    return all.length > 0 ? [Math.min(...all), Math.max(...all)] : null;
  };
  const eras: ErasManifest['eras'] = [
    ...before.eras.map((era, index) => ({ ...era, years: newYears(index), faces: rows[index].length })),
    ...newEras.map(({ centroid, anchor, coreYears, core, years: all, rows: own }, i) => ({
      id: ids[before.eras.length + i],
      anchor,
      centroid: encodeVector(centroid),
      year: coreYears?.dominant ?? null,
      years: spanOf(all),
      core: core.length,
      faces: own.length,
    })),
  ];
  const far = new Set(['not-candidate', 'not-recovered', 'invalid-embedding']);
  const near = outcomes.filter((outcome) => outcome.status === 'era' || !far.has(outcome.reason)).length;
  const dated = outcomes.filter(({ status }, row) => status === 'era' && years[row] !== null).length;
  const manifest: ErasManifest = {
    ...before,
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: eraOptionValues(input),
    sources,
    highest_number: last + newEras.length,
    eras,
    summary: {
      candidates: candidates.length,
      recovered: rowsOfEra.flat().length + near,
      elsewhere,
      eras: eras.length,
      faces: rows.flat().length,
      dated: before.summary.dated + dated,
      rejected: 0,
      rejected_by: {},
    },
    fragments: added === 0 ? before.fragments : [...before.fragments, ...fragmentEntries(fragments, ids)],
  };
  return { eras: manifest, rows };
}
