import {
  type CacheView,
  type CacheWith,
  cacheWith,
  embeddingMatrix,
  FoldersNotInCacheError,
  faceBbox,
  facesByImage,
  imagesBelow,
} from '@face-sets/cache-npz';
import { assignWithMargin, buildIdentity, type FaceMatrix, nearPairs, takeRows } from '@face-sets/cluster';
import { type Rejection, rejection } from '@face-sets/manifests';
import { DEFAULT_GATES, gateFace, InvalidArgumentError, type QualityGates } from '@face-sets/quality';
import {
  type ImportProblem,
  noFace,
  notInCache,
  otherPerson,
  samePerson,
  severalPeople,
} from './import-problems.js';
import { identityReason, routeReason } from './import-reasons.js';
import type { TrustedPerson } from './trusted-people.js';

/** Options of {@link planImport}. */
export interface PlanImportOptions extends Partial<QualityGates> {
  /** See `buildIdentity`; default `[0.55, 0.45]`. */
  identityThresholds?: readonly number[];
  /** See `buildIdentity`; default 0.5. */
  minShare?: number;
  /** Largest cosine distance of a face in a mixed folder to its person; default 0.45. */
  mixedThreshold?: number;
  /** By how much anyone else must be farther from that face; see `assignWithMargin`. Default 0.05. */
  mixedMargin?: number;
  /** Two people whose centroids are no farther apart are reported as perhaps the same; default 0.40. */
  samePersonThreshold?: number;
}

/** A face of an imported person. */
export interface ImportedFace {
  /** Row of the cache. */
  row: number;
  /** Cosine distance to the person's centroid. */
  distance: number;
  /** Whether the face is in the person's own folders, or was found in a mixed one. */
  from: 'trusted' | 'mixed';
}

/** A person who was found. */
export interface ImportedPerson extends Omit<TrustedPerson, 'optional'> {
  /** Ascending by row. */
  faces: ImportedFace[];
  /** Photos in the person's folders with a face that passes the gates, and how many of these show the person. */
  photos: number;
  photosOfPerson: number;
}

/** Who is on the photos of the folders. */
export interface ImportPlan {
  /** In the order given, without those that have no faceset. */
  people: ImportedPerson[];
  /** The faces of the folders that go to no one, ascending by row. */
  rejected: { row: number; reason: Rejection }[];
  problems: ImportProblem[];
}

/** The options with their defaults. */
export function resolveImportOptions(options: PlanImportOptions = {}): Required<PlanImportOptions> {
  const {
    identityThresholds = [0.55, 0.45],
    minShare = 0.5,
    mixedThreshold = 0.45,
    mixedMargin = 0.05,
    samePersonThreshold = 0.4,
    minShort = DEFAULT_GATES.minShort,
    minBlur = DEFAULT_GATES.minBlur,
    minDetScore = DEFAULT_GATES.minDetScore,
  } = options;
  const gates = { minShort, minBlur, minDetScore };
  return { identityThresholds, minShare, mixedThreshold, mixedMargin, samePersonThreshold, ...gates };
}

/**
 * Finds out who is on the photos of folders that someone has sorted by person (`trusted`: people by assertion, not by
 * clustering), and which faces in other folders (`mixed`) are theirs. Opens no photo.
 *
 * The faces of a person's folders that pass the quality gates give the person's centroid; bystanders and companions drop
 * out (`buildIdentity`). Then each face of the mixed folders goes to its nearest person, if anyone is near enough
 * (`assignWithMargin`), so that a photo of several people is shared out among them. A folder may be trusted and mixed at once:
 * whoever else is on a person's photos then goes to their own.
 *
 * What makes the folders doubtful is found and reported, and nothing doubtful gets into a faceset; see
 * {@link ImportProblem}.
 *
 * @param cache Needs `embedding`, `bbox`, `detScore` and `blur`.
 * @throws FoldersNotInCacheError when the cache knows no photo in a folder.
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

/** A person whose centroid is known; the faces come last. */
interface KnownPerson extends Omit<ImportedPerson, 'faces'> {
  centroid: Float32Array;
}

/** Faces that are being sorted, by row of the cache. */
interface Sorting {
  cache: ImportCache;
  /** Rows of each image. */
  rowsOf: number[][];
  options: Required<PlanImportOptions>;
  /** Why a face is left out, unless someone claims it. */
  reasons: Map<number, Rejection>;
  claims: Map<number, Omit<ImportedFace, 'row'> & { person: number }>;
}

/** Finds the person of some folders, who gets the number `number`, and claims the faces. */
async function identify(
  { label, folders }: TrustedPerson,
  images: readonly (readonly number[])[],
  number: number,
  sorting: Sorting,
): Promise<{ person?: KnownPerson; problems: ImportProblem[] }> {
  const { cache, reasons, claims, options } = sorting;
  const own = facesIn(images, sorting);
  const usable = own.filter((row) => passesGates(row, sorting));
  const identity = await buildIdentity(
    takeRows(embeddingMatrix(cache), usable),
    usable.map((_, at) => at),
    {
      imageIndex: usable.map((row) => cache.imageIndex[row]),
      thresholds: options.identityThresholds,
      minShare: options.minShare,
    },
  );
  identity.outcomes.forEach((outcome, at) => {
    const row = usable[at];
    if (outcome.status === 'rejected') {
      if (!reasons.has(row)) reasons.set(row, identityReason(outcome, usable));
    } else if (identity.problem) {
      const message = `it is not clear who is meant in the folder of ${label}`;
      if (!reasons.has(row)) reasons.set(row, { code: identity.problem, message });
    } else {
      const claim = claims.get(row);
      // A photo may be in the folders of two people: the face is whose it is nearer to.
      if (claim && claim.distance <= outcome.distance) return;
      claims.set(row, { person: number, distance: outcome.distance, from: 'trusted' });
    }
  });
  if (identity.problem === 'no-face') {
    const photos = new Set(images.flat()).size;
    return {
      problems: [
        noFace(
          label,
          photos,
          own.flatMap((row) => reasons.get(row) ?? []),
        ),
      ],
    };
  }
  if (identity.problem) return { problems: [severalPeople(label, identity)] };

  const imagesOf = (rows: readonly number[]) => new Set(rows.map((row) => cache.imageIndex[row]));
  const shown = imagesOf(usable);
  const withPerson = imagesOf(identity.rows.map((at) => usable[at]));
  const problems = folders.flatMap((folder, f) => {
    const withFace = images[f].filter((image) => shown.has(image));
    const strange = withFace.length > 0 && !withFace.some((image) => withPerson.has(image));
    return strange ? [otherPerson(label, folder, withFace.length)] : [];
  });
  const person = { label, folders, photos: shown.size, photosOfPerson: withPerson.size };
  return { person: { ...person, centroid: identity.centroid }, problems };
}

/** Claims the faces of mixed folders for the people they are near to. */
function routeMixed(
  images: readonly (readonly number[])[],
  centroids: FaceMatrix,
  known: readonly KnownPerson[],
  sorting: Sorting,
): void {
  const { cache, reasons, claims, options } = sorting;
  const peopleInImage = new Map<number, number[]>();
  for (const [row, { person }] of claims) {
    const image = cache.imageIndex[row];
    peopleInImage.set(image, [...(peopleInImage.get(image) ?? []), person]);
  }
  const rows = facesIn(images, sorting).filter((row) => !claims.has(row) && passesGates(row, sorting));
  const routes = assignWithMargin(takeRows(embeddingMatrix(cache), rows), centroids, {
    imageIndex: rows.map((row) => cache.imageIndex[row]),
    threshold: options.mixedThreshold,
    margin: options.mixedMargin,
    peopleInImage,
  });
  routes.forEach((route, at) => {
    const row = rows[at];
    if (route.status === 'assigned') {
      claims.set(row, { person: route.person, distance: route.distance, from: 'mixed' });
    } else if (!reasons.has(row)) {
      reasons.set(
        row,
        routeReason(route, (person) => known[person].label),
      );
    }
  });
}

/** Rows of the faces in some images, ascending. */
function facesIn(images: readonly (readonly number[])[], { rowsOf }: Sorting): number[] {
  return [...new Set(images.flat())].flatMap((image) => rowsOf[image]).sort((a, b) => a - b);
}

type ImportCache = CacheWith<'embedding' | 'bbox' | 'detScore' | 'blur'>;

function checkPeople(trusted: readonly TrustedPerson[]): void {
  if (trusted.length === 0) throw new InvalidArgumentError('no trusted folder: expected at least one');
  const labels = new Set<string>();
  for (const { label, folders } of trusted) {
    if (label.trim() === '')
      throw new InvalidArgumentError(`the label of ${folders[0]} is empty: expected a name`);
    if (folders.length === 0) throw new InvalidArgumentError(`${label} has no folder: expected at least one`);
    if (labels.has(label)) {
      throw new InvalidArgumentError(
        `two people are labelled ${label}: list the folders of one person together`,
      );
    }
    labels.add(label);
  }
}

function passesGates(row: number, { cache, options, reasons }: Sorting): boolean {
  const face = { bbox: faceBbox(cache, row), blur: cache.blur[row], detScore: cache.detScore[row] };
  const failure = gateFace(face, options);
  if (failure) reasons.set(row, rejection(failure.gate, failure.value, failure.limit, failure.message));
  return failure === null;
}
