import * as nodeFs from 'node:fs/promises';

/** The part of an open file that this package uses; a `FileHandle` of `node:fs/promises` is one. */
export interface OpenFile {
  /** Reads up to `length` bytes at `position` into `buffer` from `offset`. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  /** Writes up to `length` bytes of `buffer` from `offset` at `position`. */
  write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  /** Cuts the file off at `length` bytes. */
  truncate(length: number): Promise<void>;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  /** Length and permissions. */
  stat(): Promise<{ size: number; mode: number }>;
  /** Closes the file. */
  close(): Promise<void>;
}

/**
 * The part of `node:fs/promises` that this package uses. All access to the disk goes through it, so that a test
 * can make any single call fail.
 */
export interface FileSystem {
  /** Opens a file. */
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  /** Replaces `to` by `from` in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  unlink(path: string): Promise<void>;
  /** Length, permissions and time of last change (ms since the epoch) of a file, and whether it is one. */
  stat(path: string): Promise<{
    size: number;
    mode: number;
    mtimeMs: number;
    isFile(): boolean;
    isDirectory(): boolean;
  }>;
  /** The path with all symbolic links resolved. */
  realpath(path: string): Promise<string>;
}

/** The real disk. */
export const nodeFileSystem: FileSystem = nodeFs;
