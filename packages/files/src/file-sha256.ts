import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pathToFs } from './file-path.js';

/** SHA-256 of a file as lower-case hexadecimal; the file is streamed. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(pathToFs(path), { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
