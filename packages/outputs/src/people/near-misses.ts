import type { RefineManifest } from '@face-sets/manifests';

type RejectedFace = RefineManifest['rejected'][number];

/** Someone who has some good photos, but not enough for a faceset. */
export interface NearMiss {
  /** Number of the person. */
  person: number;
  /** Good photos, of distinct content. */
  photos: number;
  /** Good photos that a faceset needs. */
  needed: number;
  /** Other photos of the person, by the reason code of their faces, most first: `[['blur', 3], ['short-edge', 1]]`. */
  others: [string, number][];
  /** Indexes into the manifest's `rejected`: the good faces first, then the others. */
  faces: number[];
}

/** Reason codes of the quality gates. */
const GATES = ['short-edge', 'blur', 'det-score'];

/** The words for a reason, after a number of photos. */
const WORDS: Record<string, [one: string, many: string]> = {
  'short-edge': ['is too small', 'are too small'],
  blur: ['is too blurry', 'are too blurry'],
  'det-score': ['does not show the face clearly', 'do not show the face clearly'],
  outlier: ['looks too different', 'look too different'],
};

/**
 * The people who are nearest to a faceset, of a refine manifest: whose good photos are too few. Nearest first: most good
 * photos, then most other photos, then the lower number.
 *
 * @param leastPhotos Good photos that someone must have to be listed. Default 2.
 */
export function nearMisses({ rejected }: Pick<RefineManifest, 'rejected'>, leastPhotos = 2): NearMiss[] {
  const people = new Map<number, number[]>();
  rejected.forEach(({ person }, i) => {
    if (person === undefined) return;
    const faces = people.get(person);
    if (faces) faces.push(i);
    else people.set(person, [i]);
  });
  const found = [...people].flatMap(([person, faces]): NearMiss[] => {
    const good = faces.filter((i) => rejected[i].reason.code === 'few-images');
    const needed = good.length === 0 ? undefined : rejected[good[0]].reason.limit;
    const photos = new Set(good.map((i) => rejected[i].sha256));
    if (needed === undefined || photos.size < leastPhotos) return [];
    const others = faces.filter((i) => rejected[i].reason.code !== 'few-images');
    return [
      {
        person,
        photos: photos.size,
        needed,
        others: countOthers(
          others.map((i) => rejected[i]),
          photos,
        ),
        faces: [...good, ...others],
      },
    ];
  });
  const rest = ({ others }: NearMiss) => others.reduce((sum, [, count]) => sum + count, 0);
  return found.sort((a, b) => b.photos - a.photos || rest(b) - rest(a) || a.person - b.person);
}

/** Lower limits of good photos that are worth a look. */
const ROUND_LIMITS = [10, 5, 3];

/**
 * How many facesets lower limits of good photos (`minFaces` of `refine`) would give: at that which the nearest person
 * reaches, and at 10, 5 and 3 below it; three at most, the highest first. Nothing else of a refine depends on the limit, so
 * the numbers are exact. Empty where nobody has two good photos.
 */
export function lowerLimits(
  manifest: Pick<RefineManifest, 'facesets' | 'rejected'>,
): { minFaces: number; facesets: number }[] {
  const near = nearMisses(manifest);
  const [first] = near;
  if (!first) return [];
  return [first.photos, ...ROUND_LIMITS.filter((limit) => limit < first.photos)]
    .slice(0, 3)
    .map((minFaces) => ({
      minFaces,
      facesets: manifest.facesets.length + near.filter(({ photos }) => photos >= minFaces).length,
    }));
}

/** Faces that a quality gate left out. */
export interface GateLoss {
  /** `short-edge`, `blur` or `det-score`. */
  code: string;
  faces: number;
  /** What the gate asks for. */
  limit: number;
  /** Half of the faces that it left out have at least this. */
  median: number;
}

/** What the quality gates of a refine left out, most faces first. */
export function gateLosses({ rejected }: Pick<RefineManifest, 'rejected'>): GateLoss[] {
  const values = new Map<string, { limit: number; found: number[] }>();
  for (const { reason } of rejected) {
    const { code, value, limit } = reason;
    if (!GATES.includes(code) || value === undefined || limit === undefined) continue;
    const gate = values.get(code);
    if (gate) gate.found.push(value);
    else values.set(code, { limit, found: [value] });
  }
  return [...values]
    .map(([code, { limit, found }]) => {
      found.sort((a, b) => a - b);
      return { code, faces: found.length, limit, median: found[Math.floor(found.length / 2)] };
    })
    .sort((a, b) => b.faces - a.faces || (a.code < b.code ? -1 : 1));
}

/** Photos by the reason of the face in them; those that have a good face of the person too are none. */
function countOthers(faces: readonly RejectedFace[], good: ReadonlySet<string>): [string, number][] {
  const seen = new Set(good);
  const counts = new Map<string, number>();
  for (const { sha256, reason } of faces) {
    if (seen.has(sha256)) continue;
    seen.add(sha256);
    counts.set(reason.code, (counts.get(reason.code) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** What someone has and lacks, in words: `11 of 15 good photos: 3 more are too blurry, 1 is too small`. */
export function nearMissText({ photos, needed, others }: Omit<NearMiss, 'person' | 'faces'>): string {
  const has = `${photos} of ${needed} good photos`;
  if (others.length === 0) return has;
  const parts = others.map(([code, count], i) => {
    const [one, many] = WORDS[code] ?? [`is left out (${code})`, `are left out (${code})`];
    return `${count}${i === 0 ? ' more' : ''} ${count === 1 ? one : many}`;
  });
  return `${has}: ${parts.join(', ')}`;
}
