import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder in the system's temporary folder that holds what `make` puts there, made once for each version of the
 * toy package. Test processes may ask at the same time: each makes its own and the first one's is kept.
 *
 * @param name What the folder holds; part of its name.
 * @param make Fills the empty folder that it is given.
 */
export async function toyCache(name: string, make: (dir: string) => Promise<void>): Promise<string> {
  const root = join(tmpdir(), `face-sets-toy-${userInfo().uid}`);
  const dir = join(root, `${name}-${toyVersion()}`);
  if (existsSync(dir)) return dir;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const work = await mkdtemp(join(root, `${name}-making-`));
  try {
    await make(work);
    await rename(work, dir);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    // Another process was faster: a folder with content cannot be renamed over.
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

/** A digest of the toy package's compiled code, so that a change there makes everything again. */
function toyVersion(): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@face-sets/toy')));
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.js')) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
