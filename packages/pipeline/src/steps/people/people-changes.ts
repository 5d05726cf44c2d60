import type { FaceName, PeopleFile } from '@face-sets/people';
import type { KnownPhotos } from './known-photos.js';

/** What a decision has changed. */
export interface PeopleChanges {
  /** Faces that are someone else's now, without those of people who are one person by now. */
  moved: {
    face: FaceName;
    /** Path of its photo. */
    photo: string;
    /** Numbers of the people whose it was and is; null for no one's. */
    from: number | null;
    to: number | null;
  }[];
  /** People who turned out to be others. */
  merged: { number: number; into: number }[];
  /** Numbers of people who were not there before. */
  created: number[];
}

/** Compares who is who before and after. */
export function peopleChanges(before: PeopleFile, after: PeopleFile, photos: KnownPhotos): PeopleChanges {
  const merged = Object.entries(after.merged)
    .filter(
      ([number, into]) => before.merged[number] !== into && before.people.some((p) => p.number === +number),
    )
    .map(([number, into]) => ({ number: Number(number), into }));
  const into = new Map(merged.map((one) => [one.number, one.into]));
  const was = ownersIn(before);
  const moved: PeopleChanges['moved'] = [];
  for (const [face, to] of ownersIn(after)) {
    const from = was.get(face);
    if (from === undefined || from === to || into.get(from) === to) continue;
    moved.push({ face, photo: photos.pathOf(face), from: from || null, to: to || null });
  }
  const known = new Set(before.people.map(({ number }) => number));
  const created = after.people.map(({ number }) => number).filter((number) => !known.has(number));
  return { moved, merged, created };
}

/** Number of each face's person; 0 for no one's. */
function ownersIn({ people, alone }: PeopleFile): Map<FaceName, number> {
  const owners = new Map<FaceName, number>(alone.map((face) => [face, 0]));
  for (const { number, faces } of people) for (const face of faces) owners.set(face, number);
  return owners;
}
