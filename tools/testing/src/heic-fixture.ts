import { fileURLToPath } from 'node:url';

/** The path of a small HEIC file: `quarters.heic`, `display-p3.heic`, `exif-orientation.heic` or `second-primary.heic`. */
export function heicFixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
