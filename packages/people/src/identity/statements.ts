import type { FaceIndex } from '../faces/face-index.js';
import type { FaceName } from '../faces/face-name.js';
import { type Decision, facesOfPeople, peopleIn, type SettingValue } from '../log/decision.js';
import { inForce, type Statement } from '../log/in-force.js';
import { pairs } from '../log/pairs.js';
import { Sets } from '../log/sets.js';

/** What is decided about a person. */
export interface Spoken {
  number: number;
  /** Rows that identify the person: the faces that decisions name with the number, and no later one with another. */
  seeds: number[];
}

/** The decisions in force, by what they say, with rows for faces. Faces that are not there are left out. */
export interface Decided {
  /** Everyone whom a decision mentions, ascending by number. */
  spoken: Spoken[];
  /** Who is one person by `same`. */
  people: Sets<number>;
  /** Pairs of numbers of different people. */
  different: [number, number][];
  /** Numbers that were given a name themselves, in the order of the log; a later one takes an earlier one's place. */
  names: { number: number; name?: string | null; note?: string | null; birthday?: string | null }[];
  /** Row to number: whose it is by `is`, or as the one by whom people are told from others by `different`. */
  is: Map<number, number>;
  /** Rows that are in `is` by `is` itself. */
  pinned: Set<number>;
  /** Row to numbers: whose it is not. */
  isnt: Map<number, Set<number>>;
  /** Sets of rows of one person each; one row where the others are no longer there. */
  sameFaces: number[][];
  /** Pairs of rows of different people. */
  differentFaces: [number, number][];
  ignoredPeople: Set<number>;
  ignoredFaces: Set<number>;
  kept: { row: number; number: number }[];
  dropped: { row: number; number: number }[];
  /** Later ones take the place of earlier ones. */
  covers: { row: number; number: number }[];
  settings: Record<string, SettingValue>;
  settingsFor: { number: number; settings: Record<string, SettingValue> }[];
}

/** Sorts the decisions in force by what they say. */
export function decided(statements: readonly Statement[], index: FaceIndex): Decided {
  const spoken = new Set<number>();
  const seedOf = new Map<number, number>();
  const faces = new Sets<number>();
  const joined = new Set<number>();
  const parted = new Map<number, number>();
  const said: Decided = {
    spoken: [],
    people: new Sets(),
    different: [],
    names: [],
    is: new Map(),
    pinned: new Set(),
    isnt: new Map(),
    sameFaces: [],
    differentFaces: [],
    ignoredPeople: new Set(),
    ignoredFaces: new Set(),
    kept: [],
    dropped: [],
    covers: [],
    settings: {},
    settingsFor: [],
  };
  const rowsOf = (names: readonly FaceName[]) => index.rowsOf(names);
  for (const statement of statements) {
    for (const { number, faces: names } of peopleIn(statement)) {
      spoken.add(number);
      // Who has been parted since is told by the later words.
      for (const row of rowsOf(names)) seedOf.set(row, number);
    }
    switch (statement.do) {
      case 'name': {
        const { person, name, note, birthday } = statement;
        said.names.push({ number: person.number, name, note, birthday });
        break;
      }
      case 'same':
        if ('people' in statement) {
          const [first, ...others] = statement.people;
          for (const other of others) said.people.union(first.number, other.number);
        } else {
          const rows = rowsOf(statement.faces);
          for (const row of rows) faces.union(rows[0], row);
          for (const row of rows) joined.add(row);
        }
        break;
      case 'different':
        if ('people' in statement) {
          for (const [a, b] of pairs(statement.people)) said.different.push([a.number, b.number]);
          for (const [face, number] of facesOfPeople(statement.people)) {
            for (const row of rowsOf([face])) parted.set(row, number);
          }
        } else said.differentFaces.push(...pairs(rowsOf(statement.faces)));
        break;
      case 'is':
        for (const row of rowsOf(statement.faces)) {
          said.is.set(row, statement.person.number);
          said.pinned.add(row);
          // Whoever picks a face by hand has looked at it; an import takes whole folders.
          if (!statement.by.startsWith('import:')) said.kept.push({ row, number: statement.person.number });
        }
        break;
      case 'isnt':
        for (const row of rowsOf(statement.faces)) {
          said.isnt.set(row, (said.isnt.get(row) ?? new Set()).add(statement.person.number));
        }
        break;
      case 'ignore':
        if ('person' in statement) said.ignoredPeople.add(statement.person.number);
        else for (const row of rowsOf(statement.faces)) said.ignoredFaces.add(row);
        break;
      case 'keep':
      case 'drop':
        for (const row of rowsOf(statement.faces)) {
          (statement.do === 'keep' ? said.kept : said.dropped).push({ row, number: statement.person.number });
        }
        break;
      case 'cover':
        for (const row of rowsOf([statement.face]))
          said.covers.push({ row, number: statement.person.number });
        break;
      case 'setting':
        if (statement.person) {
          said.settingsFor.push({ number: statement.person.number, settings: statement.settings });
        } else said.settings = withSettings(said.settings, statement.settings);
        break;
    }
  }
  for (const [row, number] of parted) {
    const isnt = [...(said.isnt.get(row) ?? [])].some(
      (other) => said.people.find(other) === said.people.find(number),
    );
    if (!said.is.has(row) && !isnt) said.is.set(row, number);
  }
  const sets = new Map<number, number[]>();
  for (const row of [...joined].sort((a, b) => a - b)) {
    const root = faces.find(row);
    sets.set(root, [...(sets.get(root) ?? []), row]);
  }
  said.sameFaces = [...sets.values()];
  const seeds = new Map([...spoken].sort((a, b) => a - b).map((number): [number, number[]] => [number, []]));
  for (const [row, number] of [...seedOf].sort(([a], [b]) => a - b)) seeds.get(number)?.push(row);
  said.spoken = [...seeds].map(([number, rows]) => ({ number, seeds: rows }));
  return said;
}

/**
 * The settings of a collection that are in force, by name.
 *
 * @param decisions a whole log
 */
export function settingsInForce(decisions: readonly Decision[]): Record<string, SettingValue> {
  let settings: Record<string, SettingValue> = {};
  for (const statement of inForce(decisions)) {
    if (statement.do === 'setting' && !statement.person)
      settings = withSettings(settings, statement.settings);
  }
  return settings;
}

/** Settings with later ones in the place of earlier ones; null takes one back. */
export function withSettings(
  before: Record<string, SettingValue>,
  later: Record<string, SettingValue>,
): Record<string, SettingValue> {
  const entries = Object.entries({ ...before, ...later }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** People with a name come first, then lower numbers. */
export function ranking(said: Decided): (a: number, b: number) => number {
  const named = new Set<number>();
  for (const { number, name } of said.names) {
    if (name) named.add(number);
    else if (name === null) named.delete(number);
  }
  return (a, b) => Number(named.has(b)) - Number(named.has(a)) || a - b;
}
