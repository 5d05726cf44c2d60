import { type Decision, inForce, type Saying } from '@face-sets/people';
import type { StepOptions } from '../../shared/context.js';
import { InvalidOptionsError, option, PipelineError } from '../../shared/errors.js';
import { type DecideResult, decide } from './decide.js';
import { type OpenPeople, refOf } from './open-people.js';
import type { PersonEntry } from './who-is-meant.js';

/** What {@link namePerson} says of someone; what is missing stays as it is. */
export interface NameOptions extends StepOptions {
  /** What the person is called; null takes the name away. */
  name?: string | null | undefined;
  /** Anything worth remembering; null takes it away. */
  note?: string | null | undefined;
  /** `YYYY-MM-DD`; null takes it away. */
  birthday?: string | null | undefined;
}

/** What {@link namePerson} did. */
export interface NameResult extends DecideResult {
  /** Number of the person. */
  person: number;
  /** Numbers of others with the same name, who may be the same person. */
  sameName: number[];
}

/**
 * Names a person.
 *
 * @param who number (`7`, `person_007`, `faceset_007`), name, a face or a photo
 * @throws InvalidOptionsError where nothing is said; PipelineError where nobody is meant
 */
export async function namePerson(cachePath: string, who: string, options: NameOptions): Promise<NameResult> {
  const { name, note, birthday } = options;
  const said = Object.entries({ name: trimmed(name), note: trimmed(note), birthday }).filter(
    ([, value]) => value !== undefined,
  );
  if (said.length === 0) {
    throw new InvalidOptionsError(
      `nothing to say: give ${option('name')}, ${option('note')} or ${option('birthday')}`,
    );
  }
  let person = 0;
  let sameName: number[] = [];
  const result = await decide(cachePath, options, async (open) => {
    const meant = await open.meant.person(who);
    person = meant.number;
    const changed = said.filter(([key, value]) => meant[key as 'name' | 'note' | 'birthday'] !== value);
    sameName = open.meant.file.people
      .filter((other) => typeof name === 'string' && other.name === trimmed(name) && other.number !== person)
      .map(({ number }) => number);
    if (changed.length === 0) return [];
    return [{ do: 'name', person: refOf(open, person), ...Object.fromEntries(changed) }];
  });
  return { ...result, person, sameName };
}

/**
 * Decides something about people.
 *
 * @param who people as for {@link namePerson}; for {@link ignorePeople} also faces
 */
export type DecideAboutPeople = (
  cachePath: string,
  who: readonly string[],
  options?: StepOptions,
) => Promise<DecideResult>;

/**
 * Says that several people are one. The one with a name, else the lowest number, stays.
 *
 * @throws PipelineError where they are one person already
 */
export const samePeople: DecideAboutPeople = (cachePath, who, options = {}) =>
  decide(cachePath, options, async (open) => {
    const people = await peopleMeant(open, who);
    if (people.length < 2) throw onePerson(open, who, people[0]!, 'already');
    return [{ do: 'same', people: people.map(({ number }) => refOf(open, number)) }];
  });

/**
 * Says that people are different, whatever the embeddings say. See {@link splitPerson} for someone whose faces are those of
 * several people.
 *
 * @throws PipelineError where they are one person
 */
export const differentPeople: DecideAboutPeople = (cachePath, who, options = {}) =>
  decide(cachePath, options, async (open) => {
    const people = await peopleMeant(open, who);
    if (people.length < new Set(who).size || people.length < 2) throw onePerson(open, who, people[0]!, 'now');
    return [{ do: 'different', people: people.map(({ number }) => refOf(open, number)) }];
  });

/**
 * Says that people, or faces, are of no interest: they stay out of every output. A person is named by number or name, a face by
 * its name or by a photo with one face.
 */
export const ignorePeople: DecideAboutPeople = (cachePath, who, options = {}) =>
  decide(cachePath, options, async (open) => {
    const sayings: Saying[] = [];
    const faces = new Set<string>();
    for (const text of who) {
      const meant = await open.meant.personOrFace(text);
      if (typeof meant === 'string') faces.add(meant);
      else sayings.push({ do: 'ignore', person: refOf(open, meant.number) });
    }
    return faces.size > 0 ? [...sayings, { do: 'ignore', faces: [...faces] }] : sayings;
  });

async function peopleMeant({ meant }: OpenPeople, who: readonly string[]): Promise<PersonEntry[]> {
  if (who.length < 2) throw new PipelineError('expected two people or more');
  const people = new Map<number, PersonEntry>();
  for (const text of who) {
    const person = await meant.person(text);
    people.set(person.number, person);
  }
  return [...people.values()];
}

function onePerson(
  { collection, meant }: OpenPeople,
  who: readonly string[],
  { number, merged }: PersonEntry,
  when: 'already' | 'now',
): PipelineError {
  const numbers = new Set([number, ...merged]);
  const why = inForce(collection.log.decisions).filter((said) => isSame(said, numbers));
  const because = why.length > 0 ? `, by ${why.map(({ id }) => id).join(' and ')}` : '';
  const part = why.length > 0 ? '; take that back to part them' : '; split that person to part them';
  const help = when === 'now' ? part : '';
  return new PipelineError(
    `${who.join(' and ')} are one person ${when}, ${meant.called(number)}${because}${help}`,
  );
}

function isSame(said: Decision, numbers: ReadonlySet<number>): boolean {
  return said.do === 'same' && 'people' in said && said.people.some(({ number }) => numbers.has(number));
}

function trimmed<T extends string | null | undefined>(text: T): T {
  return (typeof text === 'string' ? text.trim() : text) as T;
}
