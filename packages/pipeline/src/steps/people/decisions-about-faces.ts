import type { StepOptions } from '../../shared/context.js';
import { type DecideResult, decide } from './decide.js';
import { refOf } from './open-people.js';

/**
 * Decides something about faces and a person.
 *
 * @param who as for `namePerson`
 * @param faces by their names, or by photos. Where a photo shows several faces, the person's is meant; for `isPerson`, which
 *   is said of faces that are someone else's so far, the face has to be named
 */
export type DecideAboutFaces = (
  cachePath: string,
  who: string,
  faces: readonly string[],
  options?: StepOptions,
) => Promise<DecideResult>;

function decisionAboutFaces(does: 'is' | 'isnt' | 'keep' | 'drop'): DecideAboutFaces {
  return (cachePath, who, faces, options = {}) =>
    decide(cachePath, options, async (open) => {
      const { number } = await open.meant.person(who);
      const names = new Set<string>();
      for (const text of faces) names.add(await open.meant.face(text, does === 'is' ? undefined : number));
      return [{ do: does, faces: [...names], person: refOf(open, number) }];
    });
}

/** Says that faces are a person, whatever the distance. They stay in the faceset, whatever the gates say. */
export const isPerson = decisionAboutFaces('is');

/** Says that faces are not a person. Each goes to the next nearest person, if one is near enough. */
export const isntPerson = decisionAboutFaces('isnt');

/** Keeps faces in a person's faceset, whatever the gates say. */
export const keepFaces = decisionAboutFaces('keep');

/** Keeps faces out of a person's faceset, though they are the person. */
export const dropFaces = decisionAboutFaces('drop');

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
