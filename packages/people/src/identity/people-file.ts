import { z } from 'zod';
import { isFaceName } from '../faces/face-name.js';
import { type SettingValue, settingValue } from '../log/decision.js';
import { PeopleFileError } from '../people-errors.js';

const faceName = z.string().refine(isFaceName, "expected a face's name");
const number = z.int().min(1);
const settings = z.record(z.string(), settingValue);

const schema = z.strictObject({
  schema_version: z.literal(1),
  kind: z.literal('people'),
  made_from: z.record(z.string(), z.string()),
  clustering: settings,
  settings,
  next_number: number,
  people: z.array(
    z.strictObject({
      number,
      name: z.string().nullable(),
      note: z.string().nullable(),
      birthday: z.string().nullable(),
      ignored: z.boolean(),
      merged: z.array(number),
      cover: faceName.nullable(),
      kept: z.array(faceName),
      dropped: z.array(faceName),
      settings,
      faces: z.array(faceName),
    }),
  ),
  merged: z.record(z.string(), number),
  clusters: z.record(faceName, z.int().min(0)),
  alone: z.array(faceName),
  ignored: z.array(faceName),
});

/**
 * Who is who, as `people.json` holds it: for other programs to read, and for the next {@link identify} to keep the numbers
 * by.
 */
export interface PeopleFile {
  schema_version: 1;
  kind: 'people';
  /** What it was computed from: a name and a digest each, such as of the cache and of the decisions. */
  made_from: Record<string, string>;
  /** How the faces were clustered: another value clusters them anew. */
  clustering: Record<string, SettingValue>;
  /** Settings of the collection that were decided. */
  settings: Record<string, SettingValue>;
  /** The next new person's number. */
  next_number: number;
  /** Ascending by number. */
  people: {
    number: number;
    name: string | null;
    note: string | null;
    /** `YYYY-MM-DD`. */
    birthday: string | null;
    /** Of no interest: stays out of every output. */
    ignored: boolean;
    /** Numbers of others who turned out to be this person. */
    merged: number[];
    /** The face that was chosen to show the person. */
    cover: string | null;
    /** Faces that stay in the faceset, whatever the gates say. */
    kept: string[];
    /** Faces that stay out of the faceset. */
    dropped: string[];
    /** Settings that were decided for this person. */
    settings: Record<string, SettingValue>;
    /** In the order of the cache. */
    faces: string[];
  }[];
  /** Numbers of people who turned out to be others, with the numbers of these. */
  merged: Record<string, number>;
  /** Faces that the embeddings alone would give to another number than the decisions did; 0 for no one. */
  clusters: Record<string, number>;
  /** Faces that are no one's. */
  alone: string[];
  /** Faces of no interest. */
  ignored: string[];
}

/**
 * Reads the text of a people file.
 *
 * @param where what to call it in an error, such as its path
 * @throws PeopleFileError that names the field that is wrong
 */
export function parsePeopleFile(text: string, where = 'people file'): PeopleFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PeopleFileError(`${where}: expected JSON`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PeopleFileError(`${where}: ${issue.path.join('.')}: ${issue.message.split('\n')[0]}`);
}

/** The text of a people file: the same bytes for the same content, a person's fields a line each. */
export function formatPeopleFile(file: PeopleFile): string {
  return `${JSON.stringify(file, null, 1)}\n`;
}
