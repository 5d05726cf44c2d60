import { RAW_EXTENSIONS } from '../decoding/raw-preview.js';

/** What cameras write beside a raw file of the same shot. Other formats are edits, and photos of their own. */
const BESIDE_RAW = ['jpg', 'jpeg', 'jpe', 'hif', 'heic', 'heif'];

/**
 * Leaves out the raw files of a folder that have the same shot beside them as a JPEG or HEIF: the same name but for the
 * extension (`IMG_1.CR2` and `IMG_1.JPG`). Names are compared as they are written, extensions in any case.
 *
 * @param names Names of the files in one folder.
 * @returns the others in the same order, and the raw files that were left out
 */
export function withoutCompanions(names: readonly string[]): { kept: string[]; companions: string[] } {
  const shots = new Set<string>();
  for (const name of names) {
    const { stem, extension } = split(name);
    if (BESIDE_RAW.includes(extension)) shots.add(stem);
  }
  const kept: string[] = [];
  const companions: string[] = [];
  for (const name of names) {
    const { stem, extension } = split(name);
    (RAW_EXTENSIONS.includes(extension) && shots.has(stem) ? companions : kept).push(name);
  }
  return { kept, companions };
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  return dot < 0
    ? { stem: name, extension: '' }
    : { stem: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() };
}
