import { INSIGHTFACE_LICENSE, pullPack } from '@face-sets/face-embed';
import { startProgress } from './progress.js';
import { tell } from './terminal.js';

/**
 * Downloads a model pack into the user cache folder, with progress and the license on standard error.
 *
 * @returns the folder of the pack
 */
export async function pullModels(pack: string, options: { quiet?: boolean }): Promise<string> {
  tell(`License: ${INSIGHTFACE_LICENSE}`);
  const progress = startProgress(`Downloading ${pack}`, 'MB', { quiet: options.quiet ?? false });
  try {
    const dir = await pullPack(pack, {
      onProgress: ({ received, total }) =>
        progress.update(Math.floor(received / 1e6), Math.floor((total ?? 0) / 1e6)),
    });
    progress.finish(`${pack} is in ${dir}`);
    return dir;
  } catch (error) {
    progress.stop();
    throw error;
  }
}
