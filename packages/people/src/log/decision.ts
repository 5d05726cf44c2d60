import { z } from 'zod';
import { type FaceName, isFaceName } from '../faces/face-name.js';

/** Where a decision came from: the command line, the review page, an edit in a folder, or an import. */
export type Speaker = 'cli' | 'review' | 'folder' | `import:${string}`;

/**
 * A person: the number at the time of the decision, and faces that identify the person if people are renumbered.
 */
export interface PersonRef {
  /** From 1. */
  number: number;
  /** Some of the person's faces, the most typical first; may be empty. */
  faces: FaceName[];
}

/** A value of a `setting`; null takes an earlier one back. */
export type SettingValue = number | string | boolean | null | string[] | number[];

/** Checks a {@link SettingValue}. */
export const settingValue = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.array(z.string()),
  z.array(z.number()),
]);

/** What a person decides; see the table of the README. */
export type Saying =
  | { do: 'name'; person: PersonRef; name?: string | null; note?: string | null; birthday?: string | null }
  | { do: 'same' | 'different'; people: PersonRef[] }
  | { do: 'same' | 'different'; faces: FaceName[] }
  | { do: 'is' | 'isnt'; faces: FaceName[]; person: PersonRef }
  | { do: 'ignore'; person: PersonRef }
  | { do: 'ignore'; faces: FaceName[] }
  | { do: 'drop' | 'keep'; faces: FaceName[]; person: PersonRef }
  | { do: 'cover'; face: FaceName; person: PersonRef }
  | { do: 'setting'; settings: Record<string, SettingValue>; person?: PersonRef }
  | { do: 'revert'; ids: string[] };

/** A {@link Saying} as the log holds it. */
export type Decision = Saying & {
  /** Unique in its log, such as `d12`. */
  id: string;
  /** When it was decided: ISO 8601 in UTC. */
  at: string;
  by: Speaker;
};

const face = z
  .string()
  .refine(isFaceName, 'expected a face such as 0123456789abcdef@0.250,0.100,0.125,0.200');
const faces = z.array(face).min(1, 'expected at least one face');
const person = z.strictObject({
  number: z.int('expected the number of a person').min(1, 'expected the number of a person, from 1'),
  faces: z.array(face),
});
const text = z
  .string()
  .refine((value) => !/[\u0000-\u001f\u007f]/.test(value), 'expected text without control characters')
  .refine((value) => value.trim() !== '', 'expected text that is not blank');
const said = {
  id: z.string().regex(/^[\w.-]{1,64}$/, 'expected an id of letters, digits, ".", "_" and "-"'),
  at: z.iso.datetime('expected a time such as 2026-01-31T12:00:00.000Z'),
  by: z.string().regex(/^(cli|review|folder|import:.+)$/, 'expected cli, review, folder or import:…'),
};
const line = <Do extends string, Shape extends z.ZodRawShape>(does: Do, shape: Shape) =>
  z.strictObject({ ...said, do: z.literal(does), ...shape });

/** The shapes that a line of each `do` may have. */
const SHAPES: Record<Saying['do'], z.ZodType[]> = {
  name: [
    line('name', {
      person,
      name: text.nullable().optional(),
      note: text.nullable().optional(),
      birthday: z.iso.date('expected a date such as 1999-12-31').nullable().optional(),
    }),
  ],
  same: aboutPeopleOrFaces('same'),
  different: aboutPeopleOrFaces('different'),
  is: [line('is', { faces, person })],
  isnt: [line('isnt', { faces, person })],
  ignore: [line('ignore', { person }), line('ignore', { faces })],
  drop: [line('drop', { faces, person })],
  keep: [line('keep', { faces, person })],
  cover: [line('cover', { face, person })],
  setting: [
    line('setting', {
      settings: z.record(z.string(), settingValue),
      person: person.optional(),
    }),
  ],
  revert: [line('revert', { ids: z.array(said.id).min(1, 'expected the id of at least one decision') })],
};

/**
 * Checks a value that should be a decision.
 *
 * @returns the decision, or one line that says what is wrong with the value
 */
export function checkDecision(value: unknown): Decision | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected an object {…}';
  const { do: does } = value as { do?: unknown };
  if (typeof does !== 'string' || !Object.hasOwn(SHAPES, does)) {
    return `do: expected one of ${Object.keys(SHAPES).join(', ')}, found ${JSON.stringify(does)}`;
  }
  const shapes = SHAPES[does as Saying['do']];
  // The shape that the line comes nearest to tells best what is wrong with it.
  const shape = shapes.length > 1 && 'faces' in value ? shapes[1] : shapes[0];
  const result = shape.safeParse(value);
  if (result.success) return result.data as Decision;
  const [issue] = result.error.issues;
  const field = issue.path.join('.');
  return `${field === '' ? '' : `${field}: `}${issue.message.split('\n')[0]}`;
}

function aboutPeopleOrFaces(does: 'same' | 'different'): z.ZodType[] {
  return [
    line(does, { people: z.array(person).min(2, 'expected at least two people') }),
    line(does, { faces: z.array(face).min(2, 'expected at least two faces') }),
  ];
}

/** The people that a decision mentions. */
export function peopleIn(decision: Saying): PersonRef[] {
  if ('people' in decision) return decision.people;
  return 'person' in decision && decision.person ? [decision.person] : [];
}

/** The faces that identify people in a decision, with the number of each one's person. */
export function facesOfPeople(people: readonly PersonRef[]): [FaceName, number][] {
  return people.flatMap(({ number, faces }) => faces.map((face): [FaceName, number] => [face, number]));
}
