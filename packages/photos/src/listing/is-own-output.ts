import { open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nullIfMissing,
  OUTPUT_MANIFESTS,
  pathToFs,
  REPORT_MARK,
  REPORT_PAGE,
  UNFINISHED_FILE,
} from '@face-sets/files';

/** A manifest begins with its kind; the rest of it may be many megabytes. */
const HEAD_BYTES = 512;

/**
 * Whether a folder is an output of face-sets (person folders, facesets, crops, reports): photos found there are copies and cuts
 * of photos that are listed anyway, and to embed them would feed the outputs with themselves.
 *
 * @param names what is in the folder
 * @throws Error of the system where a file that would tell cannot be read
 */
export async function isOwnOutput(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.includes(UNFINISHED_FILE)) return true;
  if (names.includes(REPORT_PAGE) && (await head(join(folder, REPORT_PAGE))).includes(REPORT_MARK))
    return true;
  for (const name of new Set(Object.values(OUTPUT_MANIFESTS))) {
    if (!names.includes(name)) continue;
    const kind = /"kind":\s*"([^"]*)"/.exec(await head(join(folder, name)))?.[1];
    if (kind !== undefined && Object.hasOwn(OUTPUT_MANIFESTS, kind)) return true;
  }
  return false;
}

async function head(path: string): Promise<string> {
  // It may be gone since the folder was read.
  const file = await nullIfMissing(path, open(pathToFs(path), 'r'));
  if (!file) return '';
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
