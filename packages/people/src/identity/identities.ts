import type { FaceName } from '../faces/face-name.js';
import type { SettingValue } from '../log/decision.js';
import type { PeopleFile } from './people-file.js';

/** Someone, as the embeddings and the decisions say. */
export interface Person {
  /** From 1. It is never changed, and never given to anyone else. */
  number: number;
  /** What the person is called, or null. */
  name: string | null;
  note: string | null;
  /** `YYYY-MM-DD`, or null. */
  birthday: string | null;
  /** Of no interest: stays out of every output. */
  ignored: boolean;
  /** Numbers of others who turned out to be this person, ascending. */
  merged: number[];
  /** Row of the face that was chosen to show the person, -1 where none was. */
  cover: number;
  /** Rows that stay in the faceset whatever the gates say, ascending. */
  kept: number[];
  /** Rows that stay out of the faceset, ascending. */
  dropped: number[];
  /** Settings for this person alone. */
  settings: Record<string, SettingValue>;
  /** All rows of the person, ascending; none where the photos are gone and the decisions stay. */
  rows: number[];
}

/** Who is who. Rows are those of the faces that were given. */
export interface Identities {
  /** Ascending by number. */
  people: Person[];
  /** Number of each row's person; 0 for a face that is no one's. */
  person: Int32Array;
  /** The number that the embeddings alone give to each row, before the decisions; 0 for none. */
  cluster: Int32Array;
  /** Numbers of people who turned out to be others, with the numbers of these. */
  merged: ReadonlyMap<number, number>;
  /** Rows of no interest, ascending. */
  ignored: number[];
  /** The next new person's number. */
  nextNumber: number;
  /** How the faces were clustered. */
  clustering: Record<string, SettingValue>;
  /** Settings of the collection that were decided. */
  settings: Record<string, SettingValue>;
}

/**
 * What is written into `people.json`.
 *
 * @param names    of the faces, a row each
 * @param madeFrom what they were computed from, such as digests of the cache and of the decisions; default: it is not said
 */
export function peopleFileOf(
  identities: Identities,
  names: readonly FaceName[],
  madeFrom: Record<string, string> = {},
): PeopleFile {
  const { people, person, cluster, merged, ignored, nextNumber, clustering, settings } = identities;
  const named = (rows: readonly number[]) => rows.map((row) => names[row]);
  const rows = [...names.keys()];
  return {
    schema_version: 1,
    kind: 'people',
    made_from: madeFrom,
    clustering,
    settings,
    next_number: nextNumber,
    people: people.map(({ rows, cover, kept, dropped, ...fields }) => ({
      number: fields.number,
      name: fields.name,
      note: fields.note,
      birthday: fields.birthday,
      ignored: fields.ignored,
      merged: fields.merged,
      cover: cover < 0 ? null : names[cover],
      kept: named(kept),
      dropped: named(dropped),
      settings: fields.settings,
      faces: named(rows),
    })),
    merged: Object.fromEntries([...merged].sort(([a], [b]) => a - b)),
    clusters: Object.fromEntries(
      rows.filter((row) => cluster[row] !== person[row]).map((row) => [names[row], cluster[row]]),
    ),
    alone: named(rows.filter((row) => person[row] === 0)),
    ignored: named(ignored),
  };
}
