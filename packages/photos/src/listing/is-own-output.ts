import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFs } from '@face-sets/files';

const MANIFESTS = ['manifest.json', 'refine_manifest.json'];
/** Lists the files of an output that is being written, or whose writing was cut short. */
const UNFINISHED = '.face-sets-files.json';
/** The page of a report, which has thumbnails beside it: in the folder of an output, or in one of its own. */
const PAGE = 'report.html';
const PAGE_MARK = /<meta name="generator" content="face-sets report">/;
/** A manifest begins with these; the rest of it may be many megabytes. */
const KIND = /"kind":\s*"(cluster|refine|export-swap|swap-faceset)"/;
const HEAD_BYTES = 512;

/**
 * Whether a folder is an output of face-sets (person folders, facesets, crops, reports): photos found there are copies and cuts
 * of photos that are listed anyway, and to embed them would feed the outputs with themselves.
 *
 * @param names what is in the folder
 */
export async function isOwnOutput(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.includes(UNFINISHED)) return true;
  if (names.includes(PAGE) && PAGE_MARK.test(await head(join(folder, PAGE)))) return true;
  for (const name of MANIFESTS) {
    if (names.includes(name) && KIND.test(await head(join(folder, name)))) return true;
  }
  return false;
}

async function head(path: string): Promise<string> {
  try {
    const file = await open(pathToFs(path), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
