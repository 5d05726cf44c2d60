import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { nodeFileSystem, realPathOf } from '@face-sets/files';
import { CacheFormatError } from '../errors.js';
import { journalPath, notFound } from './snapshot.js';

/**
 * SHA-256 of what is in a cache: of the `.npz`, or, where results were flushed that are not folded in yet, of the
 * `.npz` and its journal. Equal digests mean equal content; for a cache that was closed it is the digest of the file.
 *
 * @param path the `.npz`
 * @throws CacheNotFoundError when there is neither a cache nor a journal, the system's error when they cannot be read
 */
export async function cacheDigest(path: string): Promise<string> {
  const real = await realPathOf(nodeFileSystem, path);
  const hash = createHash('sha256');
  let found = false;
  for (const part of [real, journalPath(real)]) {
    try {
      for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20 })) hash.update(chunk);
      found = true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EISDIR')
        throw new CacheFormatError(`${path} is a folder; expected the .npz of a face cache`);
      if (code !== 'ENOENT') throw error;
    }
  }
  if (!found) throw notFound(path);
  return hash.digest('hex');
}
