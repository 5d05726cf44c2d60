import { centroidOf, cosineDistance, distancesTo, type FaceMatrix, takeRows } from '@face-sets/cluster';
import {
  ContradictionError,
  type Decision,
  describeDecision,
  FaceIndex,
  type FaceName,
  inForce,
  type PersonRef,
} from '@face-sets/people';
import type { StepOptions } from '../../shared/context.js';
import { count } from '../../shared/count.js';
import { InvalidOptionsError, option, PipelineError } from '../../shared/errors.js';
import { type DecideResult, decide } from './decide.js';
import { embeddingsOf, type OpenPeople, openPeople } from './open-people.js';
import { partsOf } from './parts-of.js';
import type { PersonEntry } from './who-is-meant.js';

/** Options of {@link splitPerson}. */
export interface SplitPersonOptions extends StepOptions {
  /**
   * Cosine distance up to which faces are one part (average linkage). Default: the highest one at which there are two parts of
   * at least two faces.
   */
  threshold?: number | undefined;
  /** Faces, or photos, that become a person each list; all others stay. Default: the parts are found. */
  into?: readonly (readonly string[])[] | undefined;
  /** Write the parts that were found; with `into`, this is always done. @default false */
  apply?: boolean | undefined;
}

/** A part of a person. */
export interface PersonPart {
  /** Number that it has or would have: that of the person for the first part. */
  number: number;
  /** Those nearest to the middle of the part first. */
  faces: { face: FaceName; photo: string; distance: number }[];
  /** Cosine distance of its centroid to that of the first part. */
  distance: number;
}

/** What {@link splitPerson} found, and did. */
export interface SplitPersonResult {
  cache: string;
  /** Number of the person. */
  person: number;
  name: string | null;
  /** The cut at which the parts were found; null with `into`, or where none was. */
  threshold: number | null;
  /** The one that stays first: that with most faces that were said to be the person, else the largest; none where the person falls into no two parts of at least two faces. */
  parts: PersonPart[];
  /** Faces that are in no part: they go to the part that they are most like. */
  others: number;
  /** Missing where nothing was written. */
  done?: DecideResult;
}

/**
 * Parts someone whose faces are those of several people: says which parts there are, and with `apply` that they are
 * different people. The first part keeps number and name, the others get new numbers.
 *
 * @param who as for `namePerson`
 * @throws PipelineError where there is nobody, or nothing to part; ContradictionError where faces of a part were said to be
 *   the person
 */
export async function splitPerson(
  cachePath: string,
  who: string,
  options: SplitPersonOptions = {},
): Promise<SplitPersonResult> {
  const { threshold, into, apply } = options;
  if (into && threshold !== undefined) {
    throw new InvalidOptionsError(
      `${option('threshold')} is for parts that are found, not with ${option('into')}`,
    );
  }
  if (!into && !apply) return split(await openPeople(cachePath, options), cachePath, who, options);
  let result: SplitPersonResult | undefined;
  const done = await decide(cachePath, options, async (open) => {
    result = await split(open, cachePath, who, options);
    const { person, parts } = result;
    if (parts.length < 2)
      throw new PipelineError(`${open.meant.called(person)} falls into no parts; ${HELP}`);
    requireFree(open, result);
    return [{ do: 'different', people: parts.map(refFor) }];
  });
  return { ...result!, done };
}

const HELP = `name the faces that are someone else (${option('into')}), or another ${option('threshold')}`;

function refFor({ number, faces }: PersonPart): PersonRef {
  return { number, faces: faces.map(({ face }) => face) };
}

async function split(
  open: OpenPeople,
  cache: string,
  who: string,
  { threshold, into }: SplitPersonOptions,
): Promise<SplitPersonResult> {
  const { meant, known } = open;
  const person = await meant.person(who);
  const matrix = embeddingsOf(open, person.faces);
  const found = into ? { cut: null, parts: await picked(open, person, into) } : partsOf(matrix, threshold);
  if (!into) {
    const pins = pinned(open, person.faces);
    const given = (part: readonly number[]) => part.filter((at) => pins.has(at)).length;
    found.parts.sort((a, b) => given(b) - given(a));
  }
  const firstCentroid = centroidOf(matrix, found.parts[0] ?? []);
  const parts = found.parts.map((members, i): PersonPart => {
    const centroid = centroidOf(matrix, members);
    return {
      number: i === 0 ? person.number : known.nextNumber + i - 1,
      faces: nearestFirst(matrix, members, centroid).map(({ row, distance }) => {
        const face = person.faces[row]!;
        return { face, photo: meant.photos.pathOf(face), distance };
      }),
      distance: i === 0 ? 0 : cosineDistance(firstCentroid, centroid),
    };
  });
  return {
    cache,
    person: person.number,
    name: person.name,
    threshold: found.cut,
    parts,
    others: person.faces.length - parts.reduce((sum, { faces }) => sum + faces.length, 0),
  };
}

/** Faces that were said to be a person, by their place in the person's list, and the decisions that say so. */
function pinned({ collection }: OpenPeople, faces: readonly FaceName[]): Map<number, Decision[]> {
  const index = new FaceIndex(faces);
  const pins = new Map<number, Decision[]>();
  for (const said of inForce(collection.log.decisions)) {
    if (said.do !== 'is') continue;
    for (const at of index.rowsOf(said.faces)) pins.set(at, [...(pins.get(at) ?? []), said]);
  }
  return pins;
}

/** Refuses parts that take faces away from whom they were given to: such a decision comes before that on the parts. */
function requireFree(open: OpenPeople, { person, parts }: SplitPersonResult): void {
  const taken = parts.slice(1).flatMap(({ faces }) => faces.map(({ face }) => face));
  const pins = pinned(open, taken);
  if (pins.size === 0) return;
  const said = [...new Set([...pins.values()].flat())];
  throw new ContradictionError(
    `${count(pins.size, 'face')} of these parts: this contradicts ${said.map(describeDecision).join(' and ')}, ` +
      `by which they are ${open.meant.called(person)}; take that back first`,
    said,
  );
}

/** The parts that a caller names, as places in the person's list of faces; the first is what is left. */
async function picked(
  { meant }: OpenPeople,
  { number, faces }: PersonEntry,
  into: readonly (readonly string[])[],
): Promise<number[][]> {
  const place = new Map(faces.map((face, i) => [face, i]));
  const taken = new Set<number>();
  const parts: number[][] = [];
  for (const texts of into) {
    const part: number[] = [];
    for (const text of texts) {
      const face = await meant.face(text, number);
      const at = place.get(face);
      if (at === undefined) throw new PipelineError(`${text} is not a face of ${meant.called(number)}`);
      if (taken.has(at)) continue;
      taken.add(at);
      part.push(at);
    }
    if (part.length > 0) parts.push(part);
  }
  const rest = [...faces.keys()].filter((at) => !taken.has(at));
  if (rest.length === 0) throw new PipelineError(`no face of ${meant.called(number)} would be left`);
  return [rest, ...parts];
}

function nearestFirst(
  matrix: FaceMatrix,
  rows: readonly number[],
  centroid: Float32Array,
): { row: number; distance: number }[] {
  const distances = distancesTo(takeRows(matrix, rows), centroid);
  return rows
    .map((row, i) => ({ row, distance: distances[i]! }))
    .sort((a, b) => a.distance - b.distance || a.row - b.row);
}
