import type { FaceCacheData } from '@face-sets/cache-npz';
import { type FaceRef, facesetNumber, personNumber } from '@face-sets/manifests';
import {
  type Decision,
  FaceIndex,
  type FaceName,
  faceName,
  type PersonRef,
  personRef,
  type Saying,
} from '@face-sets/people';
import { count } from '../shared/count.js';
import { oneLine } from './one-line.js';
import { successorsOf } from './successors.js';
import type { KnownPeople } from './who-is-who.js';

/** The number that the id of a person or a faceset says. */
export function numberOf(id: string): number {
  return personNumber(id) || facesetNumber(id);
}

export function nameOf({ people }: KnownPeople, number: number): string | null {
  return people.find((person) => person.number === number)?.name ?? null;
}

/** Collects what is to be said, and a line on each. What holds already is not said again. */
export class EditSayings {
  readonly sayings: Saying[] = [];
  readonly lines: string[] = [];
  readonly #people: KnownPeople;
  readonly #index: FaceIndex;
  readonly #images: ReadonlyMap<string, { width: number; height: number }>;
  /** Numbers of people who ever had a name. */
  readonly #named: ReadonlySet<number>;
  #next: number;

  /** @param decisions the whole log */
  constructor(
    people: KnownPeople,
    cache: FaceCacheData<'bbox' | 'detScore'>,
    decisions: readonly Decision[],
  ) {
    this.#people = people;
    this.#index = new FaceIndex(people.faces.names, { successors: successorsOf(cache) });
    this.#images = new Map(cache.images.map((image) => [image.sha256, image]));
    this.#named = new Set(
      decisions.flatMap((decision) => (decision.do === 'name' ? [decision.person.number] : [])),
    );
    this.#next = people.nextNumber;
  }

  /** Whether a group is still the person whose number its id says: most of its faces are. */
  isStill(id: string, faces: readonly FaceRef[]): boolean {
    return this.personOf(faces) === numberOf(id);
  }

  /** Whether one of these faces is not dropped yet from the faceset of the person of most of them. */
  isOpen(faces: readonly FaceRef[]): boolean {
    const number = this.personOf(faces);
    return number !== null && this.#undropped(number, faces).length > 0;
  }

  /** The person with most of these faces; null where none of them is anyone's now. */
  personOf(faces: readonly FaceRef[]): number | null {
    const counts = new Map<number, number>();
    for (const face of this.#known(faces)) {
      const number = this.#people.person[face]!;
      if (number > 0) counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? null;
  }

  /** @param isNew whether the name was given since the output was written; an older one may have been changed elsewhere since */
  name(number: number | null, given: string, isNew = true): void {
    const name = oneLine(given);
    if (number === null || name === null) return;
    const before = nameOf(this.#people, number);
    if (before === name || (!isNew && (before !== null || this.#named.has(number)))) return;
    this.#say({ do: 'name', person: this.#ref(number), name }, `${this.#called(number)} is called ${name}`);
  }

  same(a: number | null, b: number | null): void {
    if (a === null || b === null || a === b) return;
    const line = `${this.#called(b)} is ${this.#called(a)}`;
    this.#say({ do: 'same', people: [this.#ref(a), this.#ref(b)] }, line);
  }

  is(number: number | null, faces: readonly FaceRef[]): void {
    if (number === null) return;
    const moved = this.#known(faces).filter((face) => this.#people.person[face] !== number);
    if (moved.length === 0) return;
    const line = `${count(moved.length, 'photo')} moved to ${this.#called(number)}`;
    this.#say({ do: 'is', faces: this.#names(moved), person: this.#ref(number, moved) }, line);
  }

  /** Someone new, whose folder the owner has made. */
  found(folder: string, faces: readonly FaceRef[]): void {
    const known = this.#known(faces);
    // Read from another output already: these faces are all that someone has.
    const whose = this.#people.people.find(({ number }) => number === this.personOf(faces));
    if (known.length === 0 || whose?.rows.every((row) => known.includes(row))) return;
    const person = { number: this.#next++, faces: this.#names(known.slice(0, 8)) };
    this.#say(
      { do: 'is', faces: this.#names(known), person },
      `${count(known.length, 'photo')} of someone new`,
    );
    const name = numberOf(folder) === 0 ? oneLine(folder) : null;
    if (name !== null) this.#say({ do: 'name', person, name }, `called ${name}`);
  }

  isnt(number: number | null, faces: readonly FaceRef[]): void {
    if (number === null) return;
    const gone = this.#of(number, faces);
    if (gone.length === 0) return;
    const line = `${count(gone.length, 'photo')} removed from ${this.#called(number)}`;
    this.#say({ do: 'isnt', faces: this.#names(gone), person: this.#ref(number, gone) }, line);
  }

  ignore(number: number | null): void {
    const person = this.#people.people.find((one) => one.number === number);
    if (!person || person.ignored) return;
    const line = `${this.#called(person.number)} is of no interest`;
    this.#say({ do: 'ignore', person: this.#ref(person.number) }, line);
  }

  drop(number: number | null, faces: readonly FaceRef[]): void {
    const own = number === null ? [] : this.#undropped(number, faces);
    if (number === null || own.length === 0) return;
    const line = `${count(own.length, 'crop')} dropped from ${this.#called(number)}`;
    this.#say({ do: 'drop', faces: this.#names(own), person: this.#ref(number) }, line);
  }

  #say(saying: Saying, line: string): void {
    this.sayings.push(saying);
    this.lines.push(line);
  }

  /** Those of the faces that are the person's. */
  #of(number: number, faces: readonly FaceRef[]): number[] {
    return this.#known(faces).filter((face) => this.#people.person[face] === number);
  }

  #called(number: number): string {
    return nameOf(this.#people, number) ?? `person ${number}`;
  }

  #undropped(number: number, faces: readonly FaceRef[]): number[] {
    const dropped = new Set(this.#people.people.find((person) => person.number === number)?.dropped);
    return this.#of(number, faces).filter((face) => !dropped.has(face));
  }

  /** Rows of the faces, which another detector may have boxed, or whose photo may have got other metadata since. */
  #known(faces: readonly FaceRef[]): number[] {
    return this.#index.rowsOf(
      faces.flatMap(({ sha256, bbox }) => {
        const image = this.#images.get(sha256);
        return image ? [faceName(sha256, bbox, image)] : [];
      }),
    );
  }

  #names(faces: readonly number[]): FaceName[] {
    return faces.map((face) => this.#people.faces.names[face]!);
  }

  /** How a decision speaks of someone; by other faces than those that come or go. */
  #ref(number: number, without: readonly number[] = []): PersonRef {
    const { people, faces } = this.#people;
    const out = new Set(without);
    const rows =
      people.find((person) => person.number === number)?.rows.filter((face) => !out.has(face)) ?? [];
    return rows.length > 0 ? personRef({ number, rows }, faces, this.#people) : { number, faces: [] };
  }
}
