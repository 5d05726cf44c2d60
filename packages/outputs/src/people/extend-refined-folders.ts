import { type CacheWith, cacheWith, faceBbox } from '@face-sets/cache-npz';
import {
  centroidOf,
  cosineDistance,
  DEFAULT_REFINE_OPTIONS,
  type FaceMatrix,
  rowOf,
} from '@face-sets/cluster';
import {
  facesetIdOf,
  facesetNumber,
  type RefineManifest,
  type Rejection,
  recordedOptions,
} from '@face-sets/manifests';
import { DEFAULT_GATES, gateFace } from '@face-sets/quality';
import { writePlacedOutput } from '../folders/write-placed-output.js';
import { extendFacesets } from './extend-facesets.js';
import {
  currentFaces,
  type ExtendedOutput,
  type ExtendOutputInput,
  extensionOptions,
  hasGrown,
  highestUsedNumber,
  openExtendable,
  renamedGroups,
} from './extend-output.js';
import { diffExtension } from './extension-diff.js';
import { composeFacesets } from './write-refined-folders.js';

export interface ExtendRefinedFoldersInput extends ExtendOutputInput {
  /** Number of the person of each face, from `extendPersonFolders`; -1 for one that is alone. */
  person: ArrayLike<number>;
}

/** Options of an output that does not say. */
const DEFAULTS = { ...DEFAULT_REFINE_OPTIONS, cannotLink: true };

/**
 * Adds the faces that are new in the cache to an output of refining, with the limits that it was made with. Every
 * faceset keeps number, folder (also a renamed one) and faces; new faces that pass the quality gate and the outlier
 * limit join the faceset of their person, and people who have enough good photos by now become new facesets, with
 * numbers after the highest that there ever was (`extendFacesets`). Every face that is in none has its reason.
 *
 * What is no longer in the cache leaves; a faceset stays one however few faces it has then. Without new faces nothing
 * changes, and nothing is written unless it is proven that no faceset was renumbered and no face left its faceset.
 *
 * @throws OutputFolderError when the folder is not an output of refining.
 * @throws ManifestError when its manifest cannot be read.
 * @throws ManifestMismatchError when the output was made from another cache.
 * @throws UnstableLabelsError when the proof fails.
 */
export async function extendRefinedFolders(
  input: ExtendRefinedFoldersInput,
): Promise<ExtendedOutput<RefineManifest>> {
  const { out, person } = input;
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  if (person.length !== cache.faceCount) {
    throw new TypeError(
      `extendRefinedFolders: ${person.length} people for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const { folder, manifest, folderOf, before, known, highest } = await openExtendable(out, 'refine', cache, {
    groups: ({ facesets }) => facesets,
    others: ({ rejected }) => rejected,
    numberOf: facesetNumber,
  });
  const matrix = currentFaces(cache);
  const superseded = Array.from(cache.imageIndex, (image) => cache.images[image].superseded === true);
  const isNew = known.entry.map((entry, row) => !entry && !superseded[row]);
  const options = madeWith(manifest, DEFAULTS);
  const outcomes = await extendFacesets({
    matrix,
    imageIndex: cache.imageIndex,
    faceset: known.group,
    isNew,
    person,
    gateReasons: gatesOf(cache, manifest),
    firstNumber: highest + 1,
    initialThreshold: options.initialThreshold,
    mergeThreshold: options.mergeThreshold,
    outlierThreshold: options.outlierThreshold,
    minFaces: options.minFaces,
    cannotLink: options.cannotLink,
  });

  const rowsOf = new Map<number, number[]>(before.map(({ number }) => [number, []]));
  const rejected: { row: number; reason: Rejection; cluster?: number | undefined }[] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (superseded[row]) continue;
    const outcome = outcomes.get(row);
    const number = outcome && 'faceset' in outcome ? outcome.faceset : known.group[row];
    if (number >= 0) {
      const rows = rowsOf.get(number);
      if (rows) rows.push(row);
      else rowsOf.set(number, [row]);
    } else {
      const entry = outcome ?? known.entry[row];
      if (!entry || !('reason' in entry)) throw new Error(`no outcome for the face in row ${row}`);
      rejected.push({ row, reason: entry.reason });
    }
  }
  numberClusters(rejected, known.entry, person);
  const entryOf = new Map(before.map((faceset) => [faceset.number, faceset]));
  const facesets = [...rowsOf]
    .filter(([, rows]) => rows.length > 0)
    .sort(([a], [b]) => a - b)
    .map(([number, rows]) => {
      const { id = facesetIdOf(number), label, era_of, years, faces = [] } = entryOf.get(number) ?? {};
      const changed = rows.length !== faces.length || rows.some((row) => known.group[row] !== number);
      return {
        id,
        label,
        era_of,
        years,
        number,
        rows,
        folder: folderOf.get(id) ?? id,
        faces: changed
          ? withDistances(matrix, rows)
          : rows.map((row) => ({ row, distance: distanceOf(known.entry[row]) })),
      };
    });
  const labelDiff = diffExtension(known.group, facesets, highest);
  const renamed = renamedGroups(manifest.facesets, folderOf);
  const written = await writePlacedOutput(
    folder,
    { ...input, ...extensionOptions(manifest) },
    composeFacesets(cache, {
      facesets: facesets.map(({ number: _, rows: __, ...faceset }) => faceset),
      rejected,
      highestNumber: highestUsedNumber(highest, facesets),
      extended: hasGrown(labelDiff, renamed) ? {} : manifest.extended,
    }),
  );
  return { ...written, labelDiff, renamed, vanished: known.vanished, superseded: known.superseded };
}

/**
 * Says of faces that are in no faceset which of them are of one person. Those that the manifest knows keep their number; new
 * ones get that of the known ones of their person, else one that is not taken.
 */
function numberClusters(
  rejected: { row: number; cluster?: number | undefined }[],
  entry: readonly (object | undefined)[],
  person: ArrayLike<number>,
): void {
  const clusterOf = new Map<number, number>();
  let next = 0;
  for (const face of rejected) {
    const before = entry[face.row];
    if (!before || !('cluster' in before) || typeof before.cluster !== 'number') continue;
    face.cluster = before.cluster;
    next = Math.max(next, before.cluster + 1);
    const who = person[face.row];
    if (who >= 0 && !clusterOf.has(who)) clusterOf.set(who, before.cluster);
  }
  for (const face of rejected) {
    const who = person[face.row];
    if (face.cluster !== undefined || entry[face.row] || !(who >= 0)) continue;
    const cluster = clusterOf.get(who) ?? next++;
    clusterOf.set(who, cluster);
    face.cluster = cluster;
  }
}

/** The distance that the manifest has for a face of a faceset. */
function distanceOf(entry: object | undefined): number {
  return entry && 'distance' in entry ? Number(entry.distance) : Number.NaN;
}

/** Cosine distances to the centroid of these rows. */
function withDistances(matrix: FaceMatrix, rows: readonly number[]) {
  const centroid = centroidOf(matrix, rows);
  return rows.map((row) => ({ row, distance: cosineDistance(rowOf(matrix, row), centroid) }));
}

/** The quality gate with the limits of the manifest. */
function gatesOf(cache: CacheWith<'bbox' | 'detScore' | 'blur'>, manifest: RefineManifest) {
  const limits = madeWith(manifest, DEFAULT_GATES);
  return Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace({ bbox: faceBbox(cache, row), blur: cache.blur[row], detScore: cache.detScore[row] }, limits),
  );
}

/** The options that an output was made with; `defaults` where its manifest does not say. */
function madeWith<T extends object>({ options }: RefineManifest, defaults: T): T {
  return { ...defaults, ...recordedOptions(options, defaults) };
}
