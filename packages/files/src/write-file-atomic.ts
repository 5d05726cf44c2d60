import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { AtomicFile } from './atomic-file.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';

/** Start of every temporary name, so that what a killed run left behind can be told from the user's files. */
export const TEMP_PREFIX = '.face-sets-tmp-';

/** A new temporary path in the same folder as `path`, hence on the same file system. */
export function tempBeside(path: string): string {
  return join(dirname(path), `${TEMP_PREFIX}${randomBytes(6).toString('hex')}`);
}

/** Options of {@link writeFileAtomic} and {@link writeFileAtomicWith}. */
export interface WriteFileOptions {
  /**
   * Permissions of the file: by default only its owner may read it, since most of what is written tells faces.
   *
   * @default 0o600
   */
  mode?: number;
  /**
   * Whether the file is on the disk when this returns. Without, a power cut may leave an empty file: only for what is made
   * again when it cannot be read.
   *
   * @default true
   */
  durable?: boolean;
  /** For tests. */
  fileSystem?: FileSystem;
}

/**
 * Writes a file so that a reader, or a crash, sees either the old content or the whole new one; see {@link AtomicFile}.
 *
 * @param write writes the content
 * @returns what `write` returned
 * @throws what failed, its message beginning with `cannot write <name>:`; the old file is untouched then
 */
export async function writeFileAtomicWith<T>(
  path: string,
  write: (file: Pick<AtomicFile, 'write' | 'patch' | 'position'>) => Promise<T>,
  options: WriteFileOptions = {},
): Promise<T> {
  const { mode = 0o600, durable = true, fileSystem = nodeFileSystem } = options;
  let file: AtomicFile | undefined;
  try {
    file = await AtomicFile.create(fileSystem, path, tempBeside(path), mode);
    const result = await write(file);
    await file.seal(durable);
    await file.publish();
    if (durable) await file.settle();
    return result;
  } catch (error) {
    await file?.discard();
    if (error instanceof Error) error.message = `cannot write ${basename(path)}: ${error.message}`;
    throw error;
  }
}

/** {@link writeFileAtomicWith} for content at hand; an iterable is written piece by piece. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  options: WriteFileOptions = {},
): Promise<void> {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  await writeFileAtomicWith(
    path,
    async (file) => {
      for (const piece of pieces) await file.write(piece);
    },
    options,
  );
}
