import {
  type FileSystem,
  nodeFileSystem,
  type WriteFileOptions,
  writeFileAtomicWith,
} from '@face-sets/files';
import {
  type EncodeNpzOptions,
  encodeMember,
  membersOf,
  type Npz,
  type NpzInputs,
  type ReadNpzOptions,
  shortName,
} from '../npz.js';
import { namingFile } from './naming-file.js';
import { NpzBuilder } from './npz-builder.js';
import { NpzReader } from './npz-reader.js';

/**
 * Opens a `.npz` for reading single members. Only its directory is read now; close it when done.
 *
 * @param path the file
 * @param options `fileSystem`: for tests
 * @throws NpzFormatError when the container is damaged or hostile; the system's error when it cannot be opened
 */
export async function openNpz(path: string, options: { fileSystem?: FileSystem } = {}): Promise<NpzReader> {
  return NpzReader.open(path, options.fileSystem ?? nodeFileSystem);
}

/**
 * Reads a `.npz` file, or the named members of it.
 *
 * @param path the file
 * @param options which members
 * @throws as {@link openNpz} and {@link NpzReader.read}
 */
export async function readNpz(path: string, options: ReadNpzOptions = {}): Promise<Npz> {
  return namingFile(path, () => readMembers(path, options));
}

async function readMembers(path: string, options: ReadNpzOptions): Promise<Npz> {
  const reader = await openNpz(path);
  try {
    const npz: Npz = { arrays: Object.create(null), files: Object.create(null) };
    for (const name of options.only ?? reader.names) {
      const short = shortName(name);
      if (reader.isArray(name)) npz.arrays[short] = await reader.read(name);
      else npz.files[name] = await reader.readBytes(name);
    }
    return npz;
  } finally {
    await reader.close();
  }
}

/** Options of {@link writeNpz}. */
export interface WriteNpzOptions extends EncodeNpzOptions, WriteFileOptions {}

/**
 * Writes a `.npz` file in one step: it is there whole or not at all, and a file that was there stays until then.
 * Equal content gives equal bytes.
 *
 * @param path the file; its folder must exist
 * @param members what is in it
 * @param options compression and permissions
 * @throws NpyFormatError or NpzFormatError when a member cannot be written as such; the system's error when the
 *   disk refuses
 */
export async function writeNpz(
  path: string,
  members: NpzInputs,
  options: WriteNpzOptions = {},
): Promise<void> {
  const { compressed = false, ...fileOptions } = options;
  await writeFileAtomicWith(
    path,
    async (file) => {
      const builder = new NpzBuilder(file);
      for (const [name, input] of membersOf(members))
        await builder.add(encodeMember(name, input, compressed));
      await builder.finish();
    },
    fileOptions,
  );
}
