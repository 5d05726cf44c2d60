import { centroidOf, distancesTo } from '@face-sets/cluster';
import type { FaceName } from '@face-sets/people';
import type { StepOptions } from '../../shared/context.js';
import { decisionsAbout, type LoggedDecision } from './decision-log.js';
import { type ListedPerson, listed } from './list-people.js';
import { embeddingsOf, openPeople } from './open-people.js';

/** A face of a person. */
export interface ShownFace {
  face: FaceName;
  /** Path of the photo that it is in. */
  photo: string;
  /** Cosine distance to the person's centroid. */
  distance: number;
  /** It stays in the faceset whatever the gates say. */
  kept: boolean;
  /** It stays out of the faceset. */
  dropped: boolean;
}

/** A person with all faces and decisions. */
export interface ShownPerson extends Omit<ListedPerson, 'faces'> {
  cache: string;
  /** The face that was chosen to show the person. */
  cover: FaceName | null;
  /** Those nearest to the centroid first. */
  faces: ShownFace[];
  /** Decisions in force about the person or one of these faces. */
  decisions: LoggedDecision[];
}

/**
 * Shows a person.
 *
 * @param who number (`7`, `person_007`, `faceset_007`), name, a face or a photo
 */
export async function showPerson(
  cachePath: string,
  who: string,
  options: StepOptions = {},
): Promise<ShownPerson> {
  const open = await openPeople(cachePath, options);
  const { meant, collection } = open;
  const person = await meant.person(who);
  const matrix = embeddingsOf(open, person.faces);
  const distances = distancesTo(matrix, centroidOf(matrix, person.faces.keys()));
  const [kept, dropped] = [new Set(person.kept), new Set(person.dropped)];
  const faces = person.faces.map((face, i) => ({
    face,
    photo: meant.photos.pathOf(face),
    distance: distances[i]!,
    kept: kept.has(face),
    dropped: dropped.has(face),
  }));
  return {
    cache: cachePath,
    ...listed(person, meant),
    cover: person.cover,
    faces: faces.sort((a, b) => a.distance - b.distance),
    decisions: decisionsAbout(collection.log.decisions, meant, [person.number], person.faces),
  };
}
