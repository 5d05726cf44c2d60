import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MANIFEST_NAMES } from '@face-sets/manifests';
import { RUN_FOLDERS } from './run-folder.js';

/** A command with an output of its own. */
export type OutputKind = keyof typeof RUN_FOLDERS;

/**
 * The output that a path on the command line stands for: the folder itself; of the OUT of a `run` the one that the command needs; of
 * a manifest its folder. Any other path is returned as it is.
 *
 * @param kind what made the output
 */
export function outputAt(kind: OutputKind, path: string): string {
  if (basename(path) === MANIFEST_NAMES[kind] && isFile(path)) return dirname(path);
  return isRunFolder(path) ? join(path, RUN_FOLDERS[kind]) : path;
}

/** The manifest that a path on the command line stands for: a file, or that of what {@link outputAt} finds. */
export function manifestAt(kind: OutputKind, path: string): string {
  const manifest = join(outputAt(kind, path), MANIFEST_NAMES[kind]);
  return isFile(manifest) ? manifest : path;
}

/** Whether a folder is the OUT of a `run`: not an output itself, but outputs are in it by the names that `run` gives. */
export function isRunFolder(path: string): boolean {
  const kinds = Object.keys(RUN_FOLDERS) as OutputKind[];
  if (kinds.some((kind) => existsSync(join(path, MANIFEST_NAMES[kind])))) return false;
  return kinds.some((kind) => existsSync(join(path, RUN_FOLDERS[kind], MANIFEST_NAMES[kind])));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, or below a file.
    return false;
  }
}
