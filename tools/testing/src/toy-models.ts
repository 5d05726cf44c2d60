import { toyCache } from './toy-cache.js';

/**
 * Folder of the toy model pack, which finds and tells apart the people of `toyLibrary` and no others; built on first
 * use and kept in the system's temporary folder. Tests share it: copy what you want to change.
 */
export function toyModels(): Promise<string> {
  return toyCache('models', async (work) => {
    const { buildModelPack } = await import('@face-sets/toy');
    await buildModelPack(work);
  });
}
