import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for files of this program that can be made or fetched again, by the custom of the platform. */
export function userCacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (process.platform === 'win32') {
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'face-sets', 'Cache');
  }
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'face-sets');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'face-sets');
}
