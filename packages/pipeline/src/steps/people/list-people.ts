import { personIdOf } from '@face-sets/manifests';
import type { StepOptions } from '../../shared/context.js';
import { currentPeople } from './open-people.js';
import type { PersonEntry, WhoIsMeant } from './who-is-meant.js';

/** How {@link listPeople} orders people. */
export const PEOPLE_ORDERS = ['number', 'name', 'photos'] as const;

/** Options of {@link listPeople}. */
export interface ListPeopleOptions extends StepOptions {
  /** By number, by name (those without one last), or those on the most photos first. @default 'number' */
  sort?: (typeof PEOPLE_ORDERS)[number];
}

/** What {@link listPeople} does where nothing is said. */
export const LIST_PEOPLE_DEFAULTS = { sort: 'number' } as const;

/** Someone in a list of people. */
export interface ListedPerson {
  number: number;
  /** Such as `person_007`. */
  id: string;
  name: string | null;
  note: string | null;
  /** `YYYY-MM-DD`. */
  birthday: string | null;
  /** Of no interest: in no output. */
  ignored: boolean;
  /** Numbers of others who turned out to be this person. */
  merged: number[];
  faces: number;
  /** Photos of different content. */
  photos: number;
}

/** Everyone in a cache. */
export interface PeopleList {
  cache: string;
  people: ListedPerson[];
  /** Faces that are no one's. */
  alone: number;
  /** Faces of no interest, whoever they are. */
  ignoredFaces: number;
}

/** Lists the people in a cache; finds out who is who first where that is not known. */
export async function listPeople(cachePath: string, options: ListPeopleOptions = {}): Promise<PeopleList> {
  const { meant } = await currentPeople(cachePath, options);
  const { people, alone, ignored } = meant.file;
  return {
    cache: cachePath,
    people: people.map((person) => listed(person, meant)).sort(ORDERS[options.sort ?? 'number']),
    alone: alone.length,
    ignoredFaces: ignored.length,
  };
}

/** A person as lists have them. */
export function listed(person: PersonEntry, { photos }: Pick<WhoIsMeant, 'photos'>): ListedPerson {
  const { number, name, note, birthday, ignored, merged, faces } = person;
  return {
    number,
    id: personIdOf(number),
    name,
    note,
    birthday,
    ignored,
    merged,
    faces: faces.length,
    photos: new Set(faces.map((face) => photos.of(face))).size,
  };
}

const byName = new Intl.Collator('en', { numeric: true });

const ORDERS: Record<(typeof PEOPLE_ORDERS)[number], (a: ListedPerson, b: ListedPerson) => number> = {
  number: (a, b) => a.number - b.number,
  name: (a, b) =>
    Number(a.name === null) - Number(b.name === null) ||
    byName.compare(a.name ?? '', b.name ?? '') ||
    a.number - b.number,
  photos: (a, b) => b.photos - a.photos || a.number - b.number,
};
