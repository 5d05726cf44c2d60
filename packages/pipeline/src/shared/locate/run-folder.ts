import { lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import { MANIFEST_NAMES } from '@face-sets/manifests';
import { SYSTEM_FILES } from '@face-sets/outputs';

/** The outputs of a `run`, by what made them, and their folders below its OUT. */
export const RUN_FOLDERS = {
  cluster: 'raw',
  refine: 'refined',
  'export-swap': 'facesets_swap_ready',
} as const;

/** The files and folders of a run. */
export function runLayout(out: string) {
  return {
    cache: join(out, 'faces.npz'),
    raw: join(out, RUN_FOLDERS.cluster),
    refined: join(out, RUN_FOLDERS.refine),
    refineManifest: join(out, RUN_FOLDERS.refine, MANIFEST_NAMES.refine),
    swapReady: join(out, RUN_FOLDERS['export-swap']),
  };
}

/**
 * Checks that a folder can be used for a `run`: new, empty, or from an earlier run. A symbolic link in the place of
 * anything that the run writes is refused, since a folder from somebody else could point to the user's own files.
 *
 * @throws OutputFolderError that names what was found.
 */
export async function requireRunFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' && error.code !== 'ENOTDIR') throw error;
    throw new OutputFolderError(`the output ${out} is a file, expected a folder: choose another`);
  });
  const { cache, raw, refined, swapReady } = runLayout(out);
  const folders = [raw, refined, swapReady].map((path) => basename(path));
  const isOurs = (name: string) => folders.includes(name) || name.startsWith(basename(cache));
  const entries = (await readdir(out)).filter((name) => !SYSTEM_FILES.has(name));
  for (const name of entries.filter(isOurs)) {
    if (!(await lstat(join(out, name))).isSymbolicLink()) continue;
    throw new OutputFolderError(
      `${join(out, name)} is a symbolic link, and nothing is written through links: replace it with the file or folder itself, or remove it`,
    );
  }
  if (entries.length === 0 || entries.some(isOurs)) return;
  throw new OutputFolderError(
    `the output folder ${out} is not empty and holds nothing of an earlier run (found ${entries[0]}): choose an empty or a new folder`,
  );
}
