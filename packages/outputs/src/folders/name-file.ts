import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing, readFileIfThere, writeFileAtomic } from '@face-sets/files';
import { decodeText, firstLine } from '@face-sets/fsz-export';
import { isFacesetId } from '@face-sets/manifests';

/** The file in a faceset's folder where its owner writes who it is. */
export const NAME_FILE = 'NAME.txt';
/** Bytes; a longer file is no name. */
const MOST_BYTES = 1 << 20;

/** What is at `NAME.txt` in a faceset's folder. */
export interface NameFile {
  /**
   * `none`: nothing; `ours`: what {@link writeNameFile} writes where there is no owner's text; `owner`: any other text;
   * `foreign`: something that is not read as a text (a folder, a pipe, a link, a file that is too large).
   */
  state: 'none' | 'ours' | 'owner' | 'foreign';
  /** The name in it: its first line that is not empty; null where there is none, or it is only the id of a faceset. */
  name: string | null;
  /** With `owner`: what is in the file. */
  bytes: Uint8Array | null;
}

/**
 * Reads `NAME.txt`. A pipe is not waited for, and a link is not followed: an output may come from somebody else, and what is
 * in `NAME.txt` goes to other places of it.
 *
 * @param folder Absolute; of the faceset.
 * @param label The faceset's label: a file that holds it and nothing else is ours.
 * @throws UnreadablePathError when it may not be read: its owner would be called by an id.
 */
export async function readNameFile(folder: string, label?: string): Promise<NameFile> {
  const path = join(folder, NAME_FILE);
  const info = await nullIfMissing(path, lstat(path));
  if (info === null) return { state: 'none', name: null, bytes: null };
  const isText = info.isFile() && info.size <= MOST_BYTES;
  const bytes = isText ? await readFileIfThere(path, { follow: false }) : null;
  if (bytes === null) return { state: 'foreign', name: null, bytes: null };
  const text = Buffer.from(bytes).toString('utf8');
  const ours = (text.endsWith('\n') && isFacesetId(text.slice(0, -1))) || text === `${label}\n`;
  return { state: ours ? 'ours' : 'owner', name: nameIn(bytes), bytes: ours ? null : bytes };
}

/** The name that a `NAME.txt` of these bytes gives; null where it gives none. */
export function nameIn(bytes: Uint8Array): string | null {
  const name = firstLine(decodeText(bytes));
  return name === null || isFacesetId(name) ? null : name;
}

/**
 * Writes `NAME.txt`: the owner's bytes as they are, else the label, else the id.
 *
 * @param folder Absolute; of the faceset.
 */
export async function writeNameFile(
  folder: string,
  { id, label, bytes }: { id: string; label?: string | undefined; bytes?: Uint8Array | null },
): Promise<void> {
  await writeFileAtomic(join(folder, NAME_FILE), bytes ?? `${label ?? id}\n`);
}
