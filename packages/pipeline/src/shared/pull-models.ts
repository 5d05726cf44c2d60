import { findPack, pullPack } from '@face-sets/face-embed';
import { inStage, type StepOptions } from './context.js';

/**
 * Downloads a model pack into the user cache folder, verified and resumable.
 *
 * @param pack such as `buffalo_l`
 * @returns the folder of the pack
 */
export function pullModels(pack: string, options: StepOptions = {}): Promise<string> {
  const known = findPack(pack);
  if (known) options.onEvent?.({ type: 'license', text: known.license });
  return inStage(options, `Downloading ${pack}`, 'MB', async (stage) => {
    const result = await pullPack(pack, {
      signal: options.signal,
      onProgress: ({ received, total }) =>
        stage.update(Math.floor(received / 1e6), Math.floor((total ?? 0) / 1e6)),
    });
    return { result, summary: `${pack} is in ${result}` };
  });
}
