import {
  type Decision,
  describeSaying,
  FaceIndex,
  type FaceName,
  inForce,
  type Saying,
  type Speaker,
} from '@face-sets/people';
import type { StepOptions } from '../../shared/context.js';
import { currentPeople } from './open-people.js';
import type { WhoIsMeant } from './who-is-meant.js';

/** A decision in plain words. */
export interface LoggedDecision {
  id: string;
  /** When it was said: ISO 8601 in UTC. */
  at: string;
  /** Who said it: the command line, the review page, an edit in a folder, or an import. */
  by: Speaker;
  do: Saying['do'];
  /** In a line, such as `Anna (7) and person 9 are one person`. */
  text: string;
  /** Whether it holds; a later name, cover or setting may still have taken its place. */
  inForce: boolean;
}

/** Everything that was decided about a collection. */
export interface DecisionLogResult {
  cache: string;
  /** In the order in which they were said. */
  decisions: LoggedDecision[];
}

/** Lists what was decided, also what was taken back. */
export async function decisionLog(cachePath: string, options: StepOptions = {}): Promise<DecisionLogResult> {
  const { collection, meant } = await currentPeople(cachePath, options);
  return { cache: cachePath, decisions: loggedDecisions(collection.log.decisions, meant) };
}

/** Decisions in plain words. */
export function loggedDecisions(all: readonly Decision[], meant: WhoIsMeant): LoggedDecision[] {
  const holds = new Set(inForce(all).map(({ id }) => id));
  const takenBack = new Set<string>();
  for (const decision of [...all].reverse()) {
    if (decision.do !== 'revert' || takenBack.has(decision.id)) continue;
    holds.add(decision.id);
    for (const id of decision.ids) takenBack.add(id);
  }
  return all.map((decision) => ({
    id: decision.id,
    at: decision.at,
    by: decision.by,
    do: decision.do,
    text: inWords(decision, meant),
    inForce: holds.has(decision.id),
  }));
}

/** What a decision says, with names of people and paths of photos. */
function inWords(saying: Saying, meant: WhoIsMeant): string {
  return describeSaying(saying, {
    // Who is named goes by the number: the name may be another one by now.
    person: (number) => (saying.do === 'name' ? `person ${number}` : meant.called(number)),
    face: (name) => {
      const photo = meant.photos.of(name);
      return photo ? `the face in ${photo.path}` : name;
    },
  });
}

/** The decisions in force about some people or faces. */
export function decisionsAbout(
  all: readonly Decision[],
  meant: WhoIsMeant,
  numbers: readonly number[],
  faces: readonly FaceName[],
): LoggedDecision[] {
  const people = new Set(numbers.map((number) => meant.numbered(number)?.number));
  const index = new FaceIndex(faces);
  const isAbout = (said: Saying) =>
    peopleOf(said).some((number) => people.has(meant.numbered(number)?.number)) ||
    ('faces' in said && said.faces.some((face) => index.rowOf(face) >= 0)) ||
    ('face' in said && index.rowOf(said.face) >= 0);
  const ids = new Set(
    inForce(all)
      .filter(isAbout)
      .map(({ id }) => id),
  );
  return loggedDecisions(all, meant).filter(({ id }) => ids.has(id));
}

function peopleOf(said: Saying): number[] {
  const people = 'people' in said ? said.people : 'person' in said && said.person ? [said.person] : [];
  return people.map(({ number }) => number);
}
