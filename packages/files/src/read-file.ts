import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { pathToFs } from './file-path.js';

/**
 * The bytes of a regular file. A pipe is not waited for, and a device is not read.
 *
 * @param options.follow Whether a symbolic link is followed; default true.
 * @throws A Node.js error: `ENOENT`, `EACCES`, …; `ELOOP` for a link that is not to be followed; `EINVAL` for anything that
 *   is not a file.
 */
export async function readRegularFile(path: string, options: { follow?: boolean } = {}): Promise<Buffer> {
  const noFollow = (options.follow ?? true) ? 0 : (constants.O_NOFOLLOW ?? 0);
  const file = await open(pathToFs(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | noFollow);
  try {
    if (!(await file.stat()).isFile()) {
      throw Object.assign(new Error(`${path} is not a file`), { code: 'EINVAL' });
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
