import { describe, expect, it } from 'vitest';
import {
  type Decision,
  FaceIndex,
  findContradiction,
  type Identities,
  identify,
  inForce,
  type PeopleFile,
  peopleFileOf,
  personRef,
  type Saying,
} from '../../src/index.js';
import { MadeLibrary, randomSource } from '../library.js';

const SEQUENCES = 500;
const STEPS = 12;

/** Whom a number means now. */
const meant = ({ merged }: Identities, number: number) => merged.get(number) ?? number;

/** Checks that everything in force holds. */
function expectDecisionsHold(decisions: readonly Decision[], found: Identities, index: FaceIndex): void {
  const person = (name: string) => {
    const row = index.rowOf(name);
    return row < 0 ? null : found.person[row];
  };
  const names = new Map<number, string | null>();
  for (const statement of inForce(decisions)) {
    const about = JSON.stringify(statement);
    if (statement.do === 'name' && statement.name !== undefined) {
      names.set(meant(found, statement.person.number), statement.name);
    }
    if ('people' in statement) {
      const numbers = new Set(statement.people.map(({ number }) => meant(found, number)));
      expect(numbers.size, about).toBe(statement.do === 'same' ? 1 : statement.people.length);
    }
    if ((statement.do === 'same' || statement.do === 'different') && 'faces' in statement) {
      const there = statement.faces.map(person).filter((number) => number !== null);
      if (there.length === 2 && statement.do === 'same') expect(there[0], about).toBe(there[1]);
      if (there.length === 2 && statement.do === 'different' && there[0] !== 0) {
        expect(there[0], about).not.toBe(there[1]);
      }
    }
    if (statement.do === 'is' || statement.do === 'isnt') {
      for (const face of statement.faces) {
        const number = person(face);
        if (number === null) continue;
        if (statement.do === 'is') expect(number, about).toBe(meant(found, statement.person.number));
        else expect(number, about).not.toBe(meant(found, statement.person.number));
      }
    }
  }
  for (const [number, name] of names) {
    expect(found.people.find((one) => one.number === number)?.name, `name of ${number}`).toBe(name);
  }
}

/** Something that one might say, or null where there is nobody to say it of. */
function randomSaying(
  { below, pick }: ReturnType<typeof randomSource>,
  library: MadeLibrary,
  found: Identities,
  decisions: readonly Decision[],
): Saying | null {
  const faces = library.view();
  const alive = found.people.filter(({ rows }) => rows.length > 0);
  if (alive.length < 2) return null;
  const [a, b] = [pick(alive), pick(alive)];
  const ref = (person: typeof a) => personRef(person, faces, found);
  const face = () => faces.names[below(faces.names.length)];
  switch (below(9)) {
    case 0:
      return { do: 'name', person: ref(a), name: pick(['Anna', 'Bert', 'Cleo', 'Dora', null]) };
    case 1:
      return a === b ? null : { do: 'same', people: [ref(a), ref(b)] };
    case 2:
      return a === b ? null : { do: 'different', people: [ref(a), ref(b)] };
    case 3: {
      const part = a.rows.filter((_, at) => at % 2 === 0).map((row) => faces.names[row]);
      const rest = a.rows.filter((_, at) => at % 2 === 1).map((row) => faces.names[row]);
      if (rest.length === 0) return null;
      return {
        do: 'different',
        people: [
          { number: a.number, faces: rest },
          { number: found.nextNumber, faces: part },
        ],
      };
    }
    case 4:
      return { do: 'is', faces: [face()], person: ref(a) };
    case 5:
      return { do: 'isnt', faces: [faces.names[pick(a.rows)]], person: ref(a) };
    case 6:
      return { do: 'same', faces: [face(), face()] };
    case 7:
      return { do: 'different', faces: [faces.names[pick(a.rows)], faces.names[pick(a.rows)]] };
    default: {
      const last = inForce(decisions).at(-1);
      return last ? { do: 'revert', ids: [last.id] } : null;
    }
  }
}

describe('Whatever happens to a collection', () => {
  it('every decision holds, no number changes hands, and none is given twice', async () => {
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const source = randomSource(seed);
      const library = new MadeLibrary(seed, 6, 0.8);
      library.add(12);
      const decisions: Decision[] = [];
      let previous: PeopleFile | null = null;
      let options: { threshold?: number; clustering?: Record<string, string> } = {};
      const everUsed = new Set<number>();
      let found = await identify(library.view(), decisions, previous, options);

      for (let step = 0; step < STEPS; step++) {
        const what = source.below(8);
        let isDecision = false;
        let reclusters = false;
        if (what === 0) library.add(1 + source.below(6));
        else if (what === 1) library.faces = library.faces.filter(() => source.below(8) > 0);
        else if (what === 2) {
          options = { ...options, threshold: source.pick([0.4, 0.55, 0.7]) };
          reclusters = true;
        } else if (what === 3 && source.below(2) === 0) {
          library.lookAgain();
          options = { ...options, clustering: { model: `model ${step}` } };
          reclusters = true;
        } else {
          const saying = randomSaying(source, library, found, decisions);
          if (saying === null) continue;
          const decision: Decision = {
            id: `d${decisions.length + 1}`,
            at: '2026-01-31T12:00:00.000Z',
            by: 'cli',
            ...saying,
          };
          if (findContradiction(inForce([...decisions, decision]))) continue;
          decisions.push(decision);
          isDecision = true;
        }
        const faces = library.view();
        const index = new FaceIndex(faces.names);
        const next: Identities = await identify(faces, decisions, previous, options);
        const where = `seed ${seed}, step ${step}: ${decisions.map((d) => JSON.stringify(d)).join('\n')}`;
        try {
          expectDecisionsHold(decisions, next, index);
          const numbers = next.people.map(({ number }) => number);
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(next.nextNumber).toBeGreaterThan(Math.max(0, ...numbers, ...everUsed));
          const file: PeopleFile = peopleFileOf(next, faces.names);
          expect(peopleFileOf(await identify(faces, decisions, file, options), faces.names)).toEqual(file);
          if (previous !== null && !isDecision && !reclusters) {
            // A face that had left for another's sake may return when that one is gone.
            const apart = inForce(decisions).flatMap((one) =>
              one.do === 'different' && 'faces' in one ? one.faces : [],
            );
            const mayReturn = new Set(index.rowsOf(apart));
            for (const { number, faces: had } of previous.people) {
              for (const name of had) {
                const row = index.rowOf(name);
                if (row >= 0 && !mayReturn.has(row)) expect(next.person[row], name).toBe(number);
              }
            }
          }
          for (const number of numbers) everUsed.add(number);
          previous = file;
        } catch (error) {
          throw new Error(`${where}\n${error instanceof Error ? error.message : error}`);
        }
        found = next;
      }
    }
  });
});
