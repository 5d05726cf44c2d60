import type { SettingValue } from '../log/decision.js';
import { rowsOfClusters } from './claim-clusters.js';
import type { Identities, Person } from './identities.js';
import { type Decided, withSettings } from './statements.js';

/** What {@link describePeople} puts together. */
export interface Found {
  person: Int32Array;
  cluster: Int32Array;
  /** Numbers that point to others, also such as have come back since. */
  merged: ReadonlyMap<number, number>;
  said: Decided;
  nextNumber: number;
  clustering: Record<string, SettingValue>;
}

/** Everyone with what was decided of them, under the number that they go by. */
export function describePeople({ person, cluster, merged, said, nextNumber, clustering }: Found): Identities {
  const members = rowsOfClusters(person);
  // Who is spoken of and has no face any more is still someone, unless they turned out to be another.
  const numbers = new Set([
    ...members.keys(),
    ...said.spoken.map(({ number }) => number).filter((number) => !merged.has(number)),
  ]);
  const pointers = new Map<number, number>();
  for (const from of merged.keys()) {
    const to = followed(from, merged, numbers);
    if (to !== from) pointers.set(from, to);
  }
  const numberOf = (number: number) => pointers.get(number) ?? number;
  const people = new Map(
    [...numbers]
      .sort((a, b) => a - b)
      .map((number): [number, Person] => [number, nobody(number, members.get(number) ?? [])]),
  );
  const of = (number: number) => people.get(numberOf(number));
  for (const [from, to] of pointers) people.get(to)?.merged.push(from);
  for (const { number, ...fields } of said.names) {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    set(of(number), Object.fromEntries(given));
  }
  for (const { number, settings } of said.settingsFor) {
    const found = of(number);
    if (found) found.settings = withSettings(found.settings, settings);
  }
  for (const number of said.ignoredPeople) {
    const found = of(number);
    if (found) found.ignored = true;
  }
  const isTheirs = (row: number, number: number) => person[row] === numberOf(number);
  for (const { row, number } of said.covers) if (isTheirs(row, number)) set(of(number), { cover: row });
  for (const { row, number } of said.kept) if (isTheirs(row, number)) of(number)?.kept.push(row);
  for (const { row, number } of said.dropped) if (isTheirs(row, number)) of(number)?.dropped.push(row);
  for (const found of people.values()) {
    found.dropped = ascending(found.dropped);
    // A face that was given to the person by hand may have been dropped from the faceset since.
    const dropped = new Set(found.dropped);
    found.kept = ascending(found.kept.filter((row) => !dropped.has(row)));
    found.merged = ascending(found.merged);
  }
  return {
    people: [...people.values()],
    person,
    cluster,
    merged: pointers,
    ignored: ascending([...said.ignoredFaces]),
    nextNumber,
    clustering,
    settings: said.settings,
  };
}

function nobody(number: number, rows: number[]): Person {
  return {
    number,
    name: null,
    note: null,
    birthday: null,
    ignored: false,
    merged: [],
    cover: -1,
    kept: [],
    dropped: [],
    settings: {},
    rows,
  };
}

function set(person: Person | undefined, fields: Partial<Person>): void {
  if (person) Object.assign(person, fields);
}

/** Where a number leads, by way of others, until someone who is there. */
export function followed(
  from: number,
  merged: ReadonlyMap<number, number>,
  numbers: ReadonlySet<number>,
): number {
  const seen = new Set<number>();
  let at = from;
  while (!numbers.has(at) && merged.has(at) && !seen.has(at)) {
    seen.add(at);
    at = merged.get(at) as number;
  }
  return at;
}

function ascending(rows: readonly number[]): number[] {
  return [...new Set(rows)].sort((a, b) => a - b);
}
