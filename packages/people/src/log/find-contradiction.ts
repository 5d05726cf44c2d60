import type { FaceName } from '../faces/face-name.js';
import { KnownNames } from '../faces/known-names.js';
import { facesOfPeople } from './decision.js';
import type { Statement } from './in-force.js';
import { pairs } from './pairs.js';
import { Sets } from './sets.js';

/** Decisions that cannot all hold. */
export interface Contradiction {
  /** Their ids, in order. */
  ids: string[];
  /** What they say, in words. */
  why: string;
}

/** A person's number or a face. */
type Node = number | FaceName;

/** Says of each pair of nodes which decisions make one person of them. */
class Reasons {
  readonly #edges = new Map<Node, { to: Node; id: string }[]>();

  add(a: Node, b: Node, id: string): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const edges = this.#edges.get(from);
      if (edges) edges.push({ to, id });
      else this.#edges.set(from, [{ to, id }]);
    }
  }

  /** Ids along a shortest way. */
  between(a: Node, b: Node): string[] {
    const came = new Map<Node, { from: Node; id: string } | null>([[a, null]]);
    for (const node of came.keys()) {
      if (node === b) break;
      for (const { to, id } of this.#edges.get(node) ?? [])
        if (!came.has(to)) came.set(to, { from: node, id });
    }
    const ids: string[] = [];
    for (let step = came.get(b); step; step = came.get(step.from)) ids.push(step.id);
    return ids;
  }
}

/**
 * Finds decisions that cannot all hold at once:
 *
 * - people or faces who are one person, by whatever chain of `same` and `is`, and different people;
 * - two people with different names who are the same;
 * - a face that is two people, or is and isn't one;
 * - a face that is dropped from a person's faceset and kept in it.
 *
 * The faces that identify the people of a `different` belong to them, as long as no other decision is about those faces.
 *
 * A later `name`, `cover` or `setting` takes the place of an earlier one and contradicts nothing.
 *
 * @param statements the decisions in force, in order
 * @returns null where all can hold
 */
export function findContradiction(statements: readonly Statement[]): Contradiction | null {
  const people = new Sets<number>();
  const faces = new Sets<FaceName>();
  const reasons = new Reasons();
  const known = new KnownNames();
  const named = (names: readonly FaceName[]) => names.map((name) => known.of(name));
  const differentPeople: [number, number, string][] = [];
  const differentFaces: [FaceName, FaceName, string][] = [];
  const isnt: [FaceName, number, string][] = [];
  const is: [FaceName, number, string][] = [];
  const toldBy = new Map<FaceName, [number, string]>();
  const dropped = new Map<string, { does: string; id: string }>();
  const names = new Map<number, { name: string; id: string }>();
  const found = (why: string, ...ids: string[]): Contradiction => {
    const said = new Set(ids);
    return { why, ids: statements.map(({ id }) => id).filter((id) => said.has(id)) };
  };

  for (const statement of statements) {
    const { id } = statement;
    switch (statement.do) {
      case 'name': {
        const root = people.find(statement.person.number);
        if (typeof statement.name === 'string') names.set(root, { name: statement.name, id });
        else if (statement.name === null) names.delete(root);
        break;
      }
      case 'same':
        if ('people' in statement) {
          const [first, ...others] = statement.people.map(({ number }) => number);
          for (const other of others) {
            const [a, b] = [names.get(people.find(first)), names.get(people.find(other))];
            if (a && b && a.name !== b.name) {
              return found(`${first} is called ${a.name} and ${other} ${b.name}`, a.id, b.id, id);
            }
            people.union(first, other);
            const name = a ?? b;
            if (name) names.set(people.find(first), name);
            reasons.add(first, other, id);
          }
        } else {
          const [first, ...others] = named(statement.faces);
          for (const other of others) {
            faces.union(first, other);
            reasons.add(first, other, id);
          }
        }
        break;
      case 'different':
        if ('people' in statement) {
          for (const [a, b] of pairs(statement.people)) differentPeople.push([a.number, b.number, id]);
          for (const [face, number] of facesOfPeople(statement.people))
            toldBy.set(known.of(face), [number, id]);
        } else for (const [a, b] of pairs(named(statement.faces))) differentFaces.push([a, b, id]);
        break;
      case 'is':
        for (const face of named(statement.faces)) {
          is.push([face, statement.person.number, id]);
          reasons.add(face, statement.person.number, id);
        }
        break;
      case 'isnt':
        for (const face of named(statement.faces)) isnt.push([face, statement.person.number, id]);
        break;
      case 'drop':
      case 'keep':
        for (const face of named(statement.faces)) {
          const key = `${face} ${people.find(statement.person.number)}`;
          const before = dropped.get(key);
          if (before && before.does !== statement.do) {
            return found(`${face} is to be dropped and to be kept`, before.id, id);
          }
          dropped.set(key, { does: statement.do, id });
        }
        break;
    }
  }

  const placed = new Set(is.map(([face]) => face));
  for (const [face, person] of isnt)
    if (people.find(person) === people.find(toldBy.get(face)?.[0] ?? -1)) placed.add(face);
  for (const [face, [number, id]] of toldBy) {
    if (placed.has(face)) continue;
    is.push([face, number, id]);
    reasons.add(face, number, id);
  }

  for (const [a, b, id] of differentPeople) {
    if (people.find(a) === people.find(b)) {
      return found(`${a} and ${b} are one person and different people`, id, ...reasons.between(a, b));
    }
  }
  const owner = new Map<FaceName, { person: number; face: FaceName; id: string }>();
  for (const [face, person, id] of is) {
    const before = owner.get(faces.find(face));
    if (before && people.find(before.person) !== people.find(person)) {
      const chain = before.face === face ? [] : reasons.between(before.face, face);
      return found(`${face} is ${before.person} and ${person}`, before.id, id, ...chain);
    }
    owner.set(faces.find(face), { person, face, id });
  }
  for (const [face, person, id] of isnt) {
    const of = owner.get(faces.find(face));
    if (of && people.find(of.person) === people.find(person)) {
      return found(`${face} is ${person} and is not`, id, ...reasons.between(face, person));
    }
  }
  for (const [a, b, id] of differentFaces) {
    const [ofA, ofB] = [owner.get(faces.find(a)), owner.get(faces.find(b))];
    const one = faces.find(a) === faces.find(b);
    if (one || (ofA && ofB && people.find(ofA.person) === people.find(ofB.person))) {
      return found(`${a} and ${b} are one person and different people`, id, ...reasons.between(a, b));
    }
  }
  return null;
}
