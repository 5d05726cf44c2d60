import { cacheWith } from '@face-sets/cache-npz';
import { DEFAULT_REFINE_OPTIONS, extendClusters, type SimilarityBackend } from '@face-sets/cluster';
import { type ClusterManifest, personIdOf, personNumber, recordedOptions } from '@face-sets/manifests';
import { writePlacedOutput } from '../folders/write-placed-output.js';
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
import { composePeople } from './write-person-folders.js';

export interface ExtendPersonFoldersInput extends ExtendOutputInput {
  /**
   * Cosine distance up to which faces are one person. Default: that which the output was made or last extended with, 0.55
   * where it has none (`hdbscan`).
   */
  threshold?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** What {@link extendPersonFolders} did. */
export interface ExtendedPeople extends ExtendedOutput<ClusterManifest> {
  /** Number of the person of each face of the cache; -1 for one that is alone. */
  person: Int32Array;
}

/** Options of an output that does not say. */
const DEFAULTS = { threshold: DEFAULT_REFINE_OPTIONS.initialThreshold, cannotLink: true };

/**
 * Adds the faces that are new in the cache to an output of clustering. Everyone who is in it keeps number, folder (also
 * a renamed one) and faces; new faces join the nearest person (`extendClusters`), and the rest becomes new people,
 * with numbers after the highest that there ever was. What is no longer in the cache leaves; the number of someone of
 * whom nothing is left is not used again.
 *
 * Without new faces nothing changes. Nothing is written unless it is proven that nobody was renumbered and no face
 * changed its person.
 *
 * @throws OutputFolderError when the folder is not an output of clustering.
 * @throws ManifestError when its manifest cannot be read.
 * @throws ManifestMismatchError when the output was made from another cache.
 * @throws UnstableLabelsError when the proof fails.
 */
export async function extendPersonFolders(input: ExtendPersonFoldersInput): Promise<ExtendedPeople> {
  const { out, similarity } = input;
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore');
  const { folder, manifest, folderOf, before, known, highest } = await openExtendable(out, 'cluster', cache, {
    groups: ({ people }) => people,
    others: ({ singletons }) => singletons,
    numberOf: personNumber,
  });
  const madeWith = recordedOptions(manifest.extended ?? manifest.options, DEFAULTS);
  const { threshold = madeWith.threshold ?? DEFAULTS.threshold } = input;
  const alike = input.threshold === undefined || madeWith.threshold === threshold;
  const { cannotLink } = { ...DEFAULTS, ...recordedOptions(manifest.options, DEFAULTS) };
  const { labels } = await extendClusters(currentFaces(cache), known.group, {
    threshold,
    previouslySeen: alike ? known.entry.map((entry) => (entry ? 1 : 0)) : undefined,
    firstNumber: highest + 1,
    constraints: cannotLink ? { imageIndex: cache.imageIndex } : undefined,
    similarity,
  });

  const rowsOf = new Map<number, number[]>();
  const singletons: number[] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    const rows = labels[row] < 0 ? singletons : rowsOf.get(labels[row]);
    if (rows) rows.push(row);
    else rowsOf.set(labels[row], [row]);
  }
  const idOf = new Map(before.map(({ number, id }) => [number, id]));
  const people = [...rowsOf]
    .sort(([a], [b]) => a - b)
    .map(([number, rows]) => {
      const id = idOf.get(number) ?? personIdOf(number);
      return { id, number, folder: folderOf.get(id) ?? id, rows };
    });
  const labelDiff = diffExtension(known.group, people, highest);
  const renamed = renamedGroups(manifest.people, folderOf);
  const written = await writePlacedOutput(
    folder,
    { ...input, ...extensionOptions(manifest) },
    composePeople(cache, {
      people,
      singletons,
      highestNumber: highestUsedNumber(highest, people),
      extended: hasGrown(labelDiff, renamed) ? { threshold } : manifest.extended,
    }),
  );
  const { vanished, superseded } = known;
  return { ...written, labelDiff, renamed, vanished, superseded, person: labels };
}
