import {
  type CacheView,
  cacheWith,
  FoldersNotInCacheError,
  facesByImage,
  imagesBelow,
} from '@face-sets/cache-npz';
import { type FaceMatrix, nearPairs } from '@face-sets/cluster';
import { InvalidArgumentError } from '@face-sets/quality';
import { identify } from './identify-person.js';
import { type PlanImportOptions, resolveImportOptions } from './import-options.js';
import type { ImportPlan } from './import-plan.js';
import { type ImportProblem, notInCache, samePerson } from './import-problems.js';
import { routeMixed } from './route-mixed.js';
import type { KnownPerson, Sorting } from './sort-faces.js';
import type { TrustedPerson } from './trusted-people.js';

/**
 * Finds out who is in the photos of folders that someone has sorted by person (`trusted`: given by their owner, not
 * found by clustering), and which faces in other folders (`mixed`) are theirs. Opens no photo.
 *
 * The faces of a person's folders that pass the quality gates give the person's centroid; bystanders and companions drop
 * out (`buildIdentity`). Then each face of the mixed folders goes to its nearest person, if anyone is near enough
 * (`assignWithMargin`), so that each face in a photo of several people goes to its own person. A folder may be trusted and mixed at once:
 * faces of others in a person's photos then go to those others.
 *
 * Doubts about the folders are reported, and no doubtful face gets into a faceset; see
 * {@link ImportProblem}.
 *
 * @param cache Needs `embedding`, `bbox`, `detScore` and `blur`.
 * @throws FoldersNotInCacheError when the cache has no photo in a folder.
 * @throws {InvalidArgumentError} when two people have the same label, or there is none.
 */
export async function planImport(
  cache: CacheView,
  { trusted, mixed = [] }: { trusted: readonly TrustedPerson[]; mixed?: readonly string[] },
  options: PlanImportOptions = {},
): Promise<ImportPlan> {
  const faces = cacheWith(cache, 'embedding', 'bbox', 'detScore', 'blur');
  const used = resolveImportOptions(options);
  checkPeople(trusted);
  const images = await imagesBelow(faces, [...trusted.map(({ folders }) => folders), mixed]);
  const mixedImages = images.pop() as number[][];
  const missing = (folders: readonly string[], found: readonly number[][]) =>
    folders.filter((_, f) => found[f].length === 0);
  const unknown = trusted.map(({ folders }, i) => missing(folders, images[i]));
  const refused = [
    ...trusted.flatMap(({ optional }, i) => (optional ? [] : unknown[i])),
    ...missing(mixed, mixedImages),
  ];
  if (images.flat(2).length === 0) refused.push(...unknown.flat());
  if (refused.length > 0) throw new FoldersNotInCacheError([...new Set(refused)]);

  const sorting: Sorting = {
    cache: faces,
    rowsOf: facesByImage(faces),
    options: used,
    reasons: new Map(),
    claims: new Map(),
  };
  const known: KnownPerson[] = [];
  const problems: ImportProblem[] = [];
  for (const [i, person] of trusted.entries()) {
    problems.push(...unknown[i].map((folder) => notInCache(person.label, folder)));
    if (unknown[i].length === person.folders.length) continue;
    const found = await identify(person, images[i], known.length, sorting);
    if (found.person) known.push(found.person);
    problems.push(...found.problems);
  }
  const centroids: FaceMatrix = {
    data: Float32Array.from(known.flatMap(({ centroid }) => Array.from(centroid))),
    rows: known.length,
    cols: faces.dim,
  };
  for (const { a, b, distance } of nearPairs(centroids, centroids, used.samePersonThreshold)) {
    if (a < b)
      problems.push(samePerson([known[a].label, known[b].label], distance, used.samePersonThreshold));
  }
  routeMixed(mixedImages, centroids, known, sorting);

  const { claims, reasons } = sorting;
  const inOrder = [...claims].sort(([a], [b]) => a - b);
  return {
    people: known.map(({ centroid: _, ...person }, number) => ({
      ...person,
      faces: inOrder.flatMap(([row, { person: claimant, distance, from }]) =>
        claimant === number ? [{ row, distance, from }] : [],
      ),
    })),
    rejected: [...reasons]
      .filter(([row]) => !claims.has(row))
      .sort(([a], [b]) => a - b)
      .map(([row, reason]) => ({ row, reason })),
    problems,
  };
}

function checkPeople(trusted: readonly TrustedPerson[]): void {
  if (trusted.length === 0) throw new InvalidArgumentError('no trusted folder: expected at least one');
  const labels = new Set<string>();
  for (const { label, folders } of trusted) {
    if (label.trim() === '')
      throw new InvalidArgumentError(`the label of ${folders[0]} is empty: expected a name`);
    if (folders.length === 0) throw new InvalidArgumentError(`${label} has no folder: expected at least one`);
    if (labels.has(label)) {
      throw new InvalidArgumentError(
        `two people are labeled ${label}: list the folders of one person together`,
      );
    }
    labels.add(label);
  }
}
