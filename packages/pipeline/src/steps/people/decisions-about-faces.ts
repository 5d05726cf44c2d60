import type { StepOptions } from '../../shared/context.js';
import { type DecideResult, decide } from './decide.js';
import { refOf } from './open-people.js';

/** A decision about faces and a person. */
type Does = 'is' | 'isnt' | 'keep' | 'drop';

async function sayOfFaces(
  does: Does,
  cachePath: string,
  who: string,
  faces: readonly string[],
  options: StepOptions,
): Promise<DecideResult> {
  return decide(cachePath, options, async (open) => {
    const { number } = await open.meant.person(who);
    const names = new Set<string>();
    // `is` is said of a face that is someone else's so far: whose it is says nothing.
    for (const text of faces) names.add(await open.meant.face(text, does === 'is' ? undefined : number));
    return [{ do: does, faces: [...names], person: refOf(open, number) }];
  });
}

/**
 * Says that faces are a person, whatever the distance. They stay in the faceset, whatever the gates say.
 *
 * @param who as for `namePerson`
 * @param faces by their names, or by photos with one face
 */
export function isPerson(
  cachePath: string,
  who: string,
  faces: readonly string[],
  options: StepOptions = {},
): Promise<DecideResult> {
  return sayOfFaces('is', cachePath, who, faces, options);
}

/**
 * Says that faces are not a person, whatever the distance. They go to whomever they are nearest to, if near enough.
 *
 * @param who as for `namePerson`
 * @param faces by their names, or by photos, of which the person's face is meant
 */
export function isntPerson(
  cachePath: string,
  who: string,
  faces: readonly string[],
  options: StepOptions = {},
): Promise<DecideResult> {
  return sayOfFaces('isnt', cachePath, who, faces, options);
}

/** Keeps faces in a person's faceset, whatever the gates say. Parameters as for {@link isntPerson}. */
export function keepFaces(
  cachePath: string,
  who: string,
  faces: readonly string[],
  options: StepOptions = {},
): Promise<DecideResult> {
  return sayOfFaces('keep', cachePath, who, faces, options);
}

/** Keeps faces out of a person's faceset, though they are the person. Parameters as for {@link isntPerson}. */
export function dropFaces(
  cachePath: string,
  who: string,
  faces: readonly string[],
  options: StepOptions = {},
): Promise<DecideResult> {
  return sayOfFaces('drop', cachePath, who, faces, options);
}

/**
 * Chooses the face that shows a person.
 *
 * @param who as for `namePerson`
 * @param face by its name, or by a photo, of which the person's face is meant
 */
export function coverPerson(
  cachePath: string,
  who: string,
  face: string,
  options: StepOptions = {},
): Promise<DecideResult> {
  return decide(cachePath, options, async (open) => {
    const { number, cover } = await open.meant.person(who);
    const name = await open.meant.face(face, number);
    return name === cover ? [] : [{ do: 'cover', face: name, person: refOf(open, number) }];
  });
}
