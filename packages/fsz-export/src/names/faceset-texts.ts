import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FacesetTraits } from '@face-sets/manifests';
import { labelFileName } from './file-stem.js';

/** In the folder of an era of too few faces. */
const THIN_FILE = 'THIN.txt';
/** The years of an era for people: `2005-2009`, `2007`, `years unknown`. */
export function yearsText(years: FacesetTraits['years']): string {
  if (!years) return 'years unknown';
  const [first, last] = years;
  return first === last ? String(first) : `${first}-${last}`;
}

/**
 * Writes files that show in a file manager which faceset it is: `<label>.txt`, of an era `<id>.txt` with its years,
 * of a thin era `THIN.txt`. All 0600.
 *
 * @param thin How many faces there are and how many are wanted, where they are too few.
 * @returns The names of the files.
 */
export async function writeFacesetTexts(
  folder: string,
  id: string,
  { label, era_of, years }: FacesetTraits,
  thin?: { faces: number; wanted: number },
): Promise<string[]> {
  const texts = new Map<string, string>();
  if (label !== undefined) texts.set(`${labelFileName(label)}.txt`, `${label}\n`);
  if (era_of !== undefined) {
    const of = label === undefined ? era_of : `${era_of} (${label})`;
    texts.set(`${id}.txt`, `${id} of ${of}: ${yearsText(years)}\n`);
    if (thin) {
      texts.set(
        THIN_FILE,
        `${thin.faces} ${thin.faces === 1 ? 'face' : 'faces'}, fewer than ${thin.wanted}: with so few, any flaw in one of them shows in the swapped face\n`,
      );
    }
  }
  for (const [name, text] of texts) await writeFile(join(folder, name), text, { mode: 0o600 });
  return [...texts.keys()];
}
