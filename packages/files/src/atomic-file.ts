import { removeIfThere, syncFolderOf, writeFully } from './file-io.js';
import type { FileSystem, OpenFile } from './file-system.js';

/**
 * A file that comes into being in one step: written under a temporary name in the same folder, made durable,
 * then renamed over the old one. Until then, and after any failure, the old file is untouched.
 */
export class AtomicFile {
  /** Where the next {@link write} goes: the number of bytes written so far. */
  position = 0;
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #temp: string;
  readonly #file: OpenFile;
  #open = true;

  private constructor(fs: FileSystem, path: string, temp: string, file: OpenFile) {
    this.#fs = fs;
    this.#path = path;
    this.#temp = temp;
    this.#file = file;
  }

  /**
   * Starts the file.
   *
   * @param fs the disk
   * @param path final name
   * @param temp temporary name in the same folder; one that is left over is replaced
   * @param mode permissions of the file
   */
  static async create(fs: FileSystem, path: string, temp: string, mode: number): Promise<AtomicFile> {
    await removeIfThere(fs, temp);
    // Exclusive: never write through a link that someone else put there.
    return new AtomicFile(fs, path, temp, await fs.open(temp, 'wx', mode));
  }

  /** Writes bytes at the end. */
  async write(bytes: Uint8Array): Promise<void> {
    await writeFully(this.#file, bytes, this.position);
    this.position += bytes.length;
  }

  /** Overwrites bytes that were written before. */
  async patch(bytes: Uint8Array, position: number): Promise<void> {
    await writeFully(this.#file, bytes, position);
  }

  /** Makes the content durable under the temporary name. Nothing can be written afterwards. */
  async seal(): Promise<void> {
    await this.#file.sync();
    this.#open = false;
    await this.#file.close();
  }

  /** Puts the sealed file in the place of the old one. Durable only after {@link settle}. */
  async publish(): Promise<void> {
    await this.#fs.rename(this.#temp, this.#path);
  }

  /** Makes the new name durable. */
  async settle(): Promise<void> {
    await syncFolderOf(this.#fs, this.#path);
  }

  /** Gives up: closes and removes the temporary file. Never throws. */
  async discard(): Promise<void> {
    if (this.#open) await this.#file.close().catch(() => {});
    this.#open = false;
    await this.#fs.unlink(this.#temp).catch(() => {});
  }
}
