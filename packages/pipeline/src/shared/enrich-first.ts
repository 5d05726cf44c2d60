import { readFaceCache } from '@face-sets/cache-npz';
import { ENRICH_ROLES, enrichWith } from '../steps/enrich.js';
import { type StepOptions, warning } from './context.js';
import { count } from './count.js';
import type { OpenModels } from './open-models.js';
import type { ModelOptions } from './options.js';

/** Landmarks and pose, which the score of a face needs for frontality and symmetry. */
const LANDMARK_ROLES = ENRICH_ROLES.filter((role) => role.startsWith('landmark'));

/**
 * Adds landmarks and pose to the faces that are about to be ranked and have none: without them everybody's frontality
 * would be 0, and the ranking wrong. If the models cannot do that, it warns.
 *
 * @param photos only faces of photos with these SHA-256 are about to be ranked; default all
 * @returns the faces that are ranked without landmarks, since there is no model for them
 */
export async function enrichFirst(
  cachePath: string,
  models: OpenModels,
  options: ModelOptions & StepOptions,
  photos?: ReadonlySet<string>,
): Promise<number> {
  const { images, imageIndex, enriched } = await readFaceCache(cachePath, { members: [] });
  const lacking = imageIndex.reduce((sum, image, face) => {
    const { superseded, sha256 } = images[image]!;
    return superseded || enriched[face] || (photos && !photos.has(sha256)) ? sum : sum + 1;
  }, 0);
  if (lacking === 0) return 0;
  const missing = LANDMARK_ROLES.filter((role) => !models.analyzer.models.has(role));
  if (missing.length > 0) {
    warning(
      options,
      `${count(lacking, 'face has', 'faces have')} no landmarks and no pose, and the models have no ` +
        `${missing.join(' and no ')}: they are ranked by detector score, size and sharpness only, as if nobody faced the camera.`,
    );
    return lacking;
  }
  const { failures } = await enrichWith(cachePath, { ...options, photos }, models);
  if (failures.length > 0) {
    warning(
      options,
      `the faces of ${count(failures.length, 'photo')} stay without landmarks, since the photo could not be opened; ` +
        'they are ranked as if they did not face the camera.',
      'WARN_NOT_ENRICHED',
    );
  }
  return 0;
}
