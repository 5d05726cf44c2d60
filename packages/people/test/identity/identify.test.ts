import { InvalidArgumentError } from '@face-sets/quality';
import { adjustedRand } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  type Decision,
  formatPeopleFile,
  identify,
  type PeopleFile,
  parsePeopleFile,
  peopleFileOf,
  personRef,
  type Saying,
} from '../../src/index.js';
import { MadeLibrary } from '../library.js';

const said = (sayings: Saying[]): Decision[] =>
  sayings.map((saying, at) => ({ id: `d${at + 1}`, at: '2026-01-31T12:00:00.000Z', by: 'cli', ...saying }));

/** A library of five people, clustered once. */
async function collection(seed = 1, photos = 40) {
  const library = new MadeLibrary(seed, 5);
  library.add(photos);
  const faces = library.view();
  const identities = await identify(faces, [], null);
  const again = async (sayings: Saying[], previous: PeopleFile | null, options = {}) =>
    identify(library.view(), said(sayings), previous, options);
  const ref = (number: number) => personRef(person(number), faces, identities);
  const person = (number: number) => identities.people.find((one) => one.number === number)!;
  return { library, faces, identities, file: peopleFileOf(identities, faces.names), again, ref, person };
}

describe('identify', () => {
  it('finds the people of a library, numbered from 1 by their number of faces', async () => {
    const { library, identities } = await collection();
    expect(
      adjustedRand(
        [...identities.person],
        library.faces.map(({ who }) => who),
      ),
    ).toBe(1);
    expect(identities.people.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    const sizes = identities.people.map(({ rows }) => rows.length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(identities.nextNumber).toBe(6);
  });

  it('gives the same with its own result as the earlier one, and when that went through its file', async () => {
    const { file, again, faces } = await collection();
    const text = formatPeopleFile(file);
    expect(parsePeopleFile(text)).toEqual(file);
    expect(formatPeopleFile(peopleFileOf(await again([], parsePeopleFile(text)), faces.names))).toBe(text);
  });

  it('makes one person of two that are the same, who keeps the lower number, and the other leads to it', async () => {
    const { file, again, ref, identities } = await collection();
    const merged = await again([{ do: 'same', people: [ref(4), ref(2)] }], file);
    expect(merged.people.map(({ number }) => number)).toEqual([1, 2, 3, 5]);
    expect(merged.people[1].merged).toEqual([4]);
    expect(merged.merged).toEqual(new Map([[4, 2]]));
    expect(merged.people[1].rows).toHaveLength(
      identities.people[1].rows.length + identities.people[3].rows.length,
    );
  });

  it('keeps the number that has a name, when people are the same', async () => {
    const { file, again, ref } = await collection();
    const { people } = await again(
      [
        { do: 'name', person: ref(4), name: 'Anna', note: 'sister' },
        { do: 'same', people: [ref(2), ref(4)] },
      ],
      file,
    );
    expect(people.find(({ number }) => number === 4)).toMatchObject({
      name: 'Anna',
      note: 'sister',
      merged: [2],
    });
  });

  it('leaves no trace of what was taken back', async () => {
    const { file, again, ref, faces, identities } = await collection();
    const sayings: Saying[] = [
      { do: 'same', people: [ref(1), ref(2)] },
      { do: 'is', faces: [faces.names[identities.people[2].rows[0]]], person: ref(5) },
    ];
    const during = peopleFileOf(await again(sayings, file), faces.names);
    expect(during.people).not.toEqual(file.people);
    const after = await again([...sayings, { do: 'revert', ids: ['d1', 'd2'] }], during);
    expect(peopleFileOf(after, faces.names)).toEqual(file);
  });

  it('parts a person whom the embeddings take for one, by the faces of each, and gives no number twice', async () => {
    const { library, faces } = await collection();
    // One threshold for all: two people are one.
    const first = await identify(faces, [], null, { threshold: 1.02, mergeThreshold: 0 });
    const file = peopleFileOf(first, faces.names);
    const mixed = first.people.find(
      ({ rows }) => new Set(rows.map((row) => library.faces[row].who)).size > 1,
    )!;
    const [one, other] = [...new Set(mixed.rows.map((row) => library.faces[row].who))];
    const of = (who: number) =>
      mixed.rows.filter((row) => library.faces[row].who === who).map((row) => faces.names[row]);
    const next = file.next_number;
    const people = [
      { number: mixed.number, faces: of(one).slice(0, 2) },
      { number: next, faces: of(other).slice(0, 2) },
    ];
    const options = { threshold: 1.02, mergeThreshold: 0 };
    const parted = await identify(faces, said([{ do: 'different', people }]), file, options);
    for (const row of mixed.rows) {
      const { who } = library.faces[row];
      if (who === one) expect(parted.person[row]).toBe(mixed.number);
      if (who === other) expect(parted.person[row]).toBe(next);
    }
    expect(parted.nextNumber).toBe(next + 1);
    // The same when everything is clustered anew, and when nothing is known of earlier numbers but what was said.
    for (const previous of [peopleFileOf(parted, faces.names), null]) {
      const anew = await identify(faces, said([{ do: 'different', people }]), previous, {
        ...options,
        recluster: true,
      });
      expect(anew.person.filter((_, row) => mixed.rows.includes(row))).toEqual(
        parted.person.filter((_, row) => mixed.rows.includes(row)),
      );
    }
  });

  it('obeys what is said of a face, whatever the distance', async () => {
    const { file, again, ref, faces, person } = await collection();
    const [moved, left] = [person(1).rows[0], person(1).rows[1]];
    const found = await again(
      [
        { do: 'is', faces: [faces.names[moved]], person: ref(3) },
        { do: 'isnt', faces: [faces.names[left]], person: ref(1) },
      ],
      file,
    );
    expect(found.person[moved]).toBe(3);
    expect(found.cluster[moved]).toBe(1);
    expect(found.person[left]).toBe(0);
  });

  it('keeps faces together and apart as they were said to be', async () => {
    const { file, again, faces, person } = await collection();
    const [a, b] = [person(1).rows[0], person(5).rows[0]];
    const [c, d] = person(2).rows;
    const found = await again(
      [
        { do: 'same', faces: [faces.names[a], faces.names[b]] },
        { do: 'different', faces: [faces.names[c], faces.names[d]] },
      ],
      file,
    );
    // The larger person gets both.
    expect([found.person[a], found.person[b]]).toEqual([1, 1]);
    expect([found.person[c], found.person[d]].sort()).toEqual([0, 2]);
  });

  it('places new faces with the people as they were decided, and leaves everyone else alone', async () => {
    const { library, file, ref, faces } = await collection();
    const sayings: Saying[] = [{ do: 'same', people: [ref(1), ref(2)] }];
    const before = await identify(faces, said(sayings), file);
    library.add(30);
    const view = library.view();
    const after = await identify(view, said(sayings), peopleFileOf(before, faces.names));
    expect([...after.person.slice(0, faces.names.length)]).toEqual([...before.person]);
    const fresh = [...after.person.slice(faces.names.length)];
    expect(fresh.every((number) => [1, 3, 4, 5].includes(number))).toBe(true);
    // Taken back, each new face goes with those that it is like.
    const undone = await identify(
      view,
      said([...sayings, { do: 'revert', ids: ['d1'] }]),
      peopleFileOf(after, view.names),
    );
    expect(
      adjustedRand(
        [...undone.person],
        library.faces.map(({ who }) => who),
      ),
    ).toBe(1);
  });

  it('keeps every name through another model and detector, with the earlier result and without', async () => {
    const { library, file, ref, identities } = await collection(3, 60);
    const names = new Map(
      identities.people.map(({ number, rows }) => [number, `Person ${library.faces[rows[0]].who}`]),
    );
    const sayings = [...names].map(([number, name]): Saying => ({ do: 'name', person: ref(number), name }));
    library.lookAgain();
    const view = library.view();
    for (const previous of [file, null]) {
      const { people } = await identify(view, said(sayings), previous, { clustering: { model: 'other' } });
      const kept = people.filter(({ name, rows }) => name === `Person ${library.faces[rows[0]].who}`);
      expect(kept.map(({ number }) => number)).toEqual([...names.keys()].sort((a, b) => a - b));
    }
  });

  it('takes people with different names for different, also where the embeddings do not', async () => {
    const { file, again, ref, person } = await collection();
    const found = await again(
      [
        { do: 'name', person: ref(1), name: 'Anna' },
        { do: 'name', person: ref(2), name: 'Bert' },
      ],
      file,
      { threshold: 2, mergeThreshold: 0, cannotLink: false },
    );
    expect(found.people.map(({ number, name }) => [number, name])).toEqual([
      [1, 'Anna'],
      [2, 'Bert'],
    ]);
    for (const [at, { rows }] of [person(1), person(2)].entries()) {
      expect(rows.map((row) => found.person[row])).toEqual(rows.map(() => at + 1));
    }
  });

  it('never gives a number again, also when its person is gone', async () => {
    const { library, file, again } = await collection();
    const gone = file.people.at(-1)!;
    const names = new Set(gone.faces);
    const view = library.view();
    library.faces = library.faces.filter((_, row) => !names.has(view.names[row]));
    const less = await again([], file, { recluster: true });
    expect(less.people.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(less.nextNumber).toBe(6);
  });

  it('says of each person what was decided', async () => {
    const { file, again, ref, faces, person } = await collection();
    const [a, b, c] = person(1).rows.map((row) => faces.names[row]);
    const found = await again(
      [
        { do: 'name', person: ref(1), name: 'Anna', birthday: '1999-12-31' },
        { do: 'ignore', person: ref(2) },
        { do: 'drop', faces: [a], person: ref(1) },
        { do: 'keep', faces: [b], person: ref(1) },
        { do: 'cover', face: c, person: ref(1) },
        { do: 'setting', settings: { minFaces: 5 } },
        { do: 'setting', settings: { minFaces: 3, size: 512 }, person: ref(1) },
        { do: 'setting', settings: { size: null }, person: ref(1) },
        { do: 'ignore', faces: [faces.names[person(3).rows[0]]] },
      ],
      file,
    );
    expect(found.people[0]).toMatchObject({
      name: 'Anna',
      birthday: '1999-12-31',
      dropped: [person(1).rows[0]],
      kept: [person(1).rows[1]],
      cover: person(1).rows[2],
      settings: { minFaces: 3 },
    });
    expect(found.people[1].ignored).toBe(true);
    expect(found.settings).toEqual({ minFaces: 5 });
    expect(found.ignored).toEqual([person(3).rows[0]]);
  });

  it('clusters anew when the threshold is another, and not otherwise', async () => {
    const { file, again } = await collection();
    let clusterings = 0;
    const cluster = async () => {
      clusterings++;
      return new Int32Array(file.people.reduce((sum, { faces }) => sum + faces.length, file.alone.length));
    };
    await again([], file, { cluster });
    expect(clusterings).toBe(0);
    await again([], file, { cluster, threshold: 0.5 });
    await again([], file, { cluster, recluster: true });
    expect(clusterings).toBe(2);
  });

  it('refuses names that are not one for each row', async () => {
    const { faces } = await collection();
    await expect(identify({ ...faces, names: [] }, [], null)).rejects.toThrow(InvalidArgumentError);
  });
});
