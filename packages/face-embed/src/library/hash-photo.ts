import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCode, errorText, pathToFs } from '@face-sets/files';
import type { ListedPhoto } from '@face-sets/photos';

/** A photo file that was read. */
export interface HashedPhoto {
  photo: ListedPhoto;
  /** `null` once they are no longer needed, and where the file could not be read. */
  bytes: Buffer | null;
  /** In hexadecimal digits; empty where the file could not be read. */
  sha256: string;
  /** Why the file could not be read. */
  failure?: string;
}

/** Stage 3 of `embedLibrary`: reads a photo file and hashes it; says so where that fails. */
export async function hashPhoto(photo: ListedPhoto): Promise<HashedPhoto> {
  try {
    const bytes = await readFile(pathToFs(photo.path));
    return { photo, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    return {
      photo,
      bytes: null,
      sha256: '',
      failure: `file cannot be read: ${errorCode(error) ?? errorText(error)}`,
    };
  }
}
