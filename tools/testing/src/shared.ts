import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = process.env.FACE_SETS_SHARED ?? resolve(import.meta.dirname, '../../../../shared');

/**
 * Path of a file or folder of the development data (real models, labeled photos, reference outputs), or
 * `null` where it is not at hand. Tests that need it skip with the reason:
 * `it.skipIf(!sharedPath('models'))('…')`.
 *
 * The data is looked for in `FACE_SETS_SHARED`, then in `shared` beside the repository.
 */
export function sharedPath(...parts: string[]): string | null {
  const path = join(ROOT, ...parts);
  return existsSync(path) ? path : null;
}
