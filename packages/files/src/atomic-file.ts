import { dirname } from 'node:path';
import { removeIfThere, syncFolder, writeFully } from './file-io.js';
import type { FileSystem, OpenFile } from './file-system.js';

/**
 * A file that comes into being in one step: written under a temporary name in the same folder, made durable,
 * then renamed over the old one. Until then, and after any failure, the old file is untouched.
 *
 * Not `write-file-atomic` of npm: it does not sync the folder, so that a power cut can take the new name away again after
 * the call has returned; it gives the new file the mode and the owner of the old one, where what tells faces is to be
 * readable by its owner only; and it takes the content as a whole, while the arrays of a cache are written in pieces and
 * their checksums patched in afterward.
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

  /** Writes bytes, or a text as UTF-8, at the end. */
  async write(content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await writeFully(this.#file, bytes, this.position);
    this.position += bytes.length;
  }

  /** Overwrites bytes that were written before. */
  async patch(bytes: Uint8Array, position: number): Promise<void> {
    await writeFully(this.#file, bytes, position);
  }

  /**
   * Ends the file under its temporary name. Nothing can be written afterward.
   *
   * @param durable whether to wait until the content is on the disk
   */
  async seal(durable = true): Promise<void> {
    if (durable) await this.#file.sync();
    this.#open = false;
    await this.#file.close();
  }

  /** Puts the sealed file in the place of the old one. Durable only after {@link settle}. */
  async publish(): Promise<void> {
    await this.#fs.rename(this.#temp, this.#path);
  }

  /** Makes the new name durable. */
  async settle(): Promise<void> {
    await syncFolder(dirname(this.#path), this.#fs);
  }

  /** Gives up: closes and removes the temporary file. Never throws. */
  async discard(): Promise<void> {
    if (this.#open) await this.#file.close().catch(() => {});
    this.#open = false;
    await this.#fs.unlink(this.#temp).catch(() => {});
  }
}
