import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { buildModelPack, drawLibrary, type ToyLibrary } from '@face-sets/toy';

/** A folder with the toy models, which find drawn faces; `replaced` are files with other bytes. */
export async function toyModels(replaced: Record<string, Uint8Array> = {}): Promise<string> {
  const dir = tempDir('toy-models');
  await buildModelPack(dir);
  for (const [name, bytes] of Object.entries(replaced)) writeFileSync(join(dir, name), bytes);
  return dir;
}

/** A small drawn photo library. */
export function toyLibrary(): Promise<ToyLibrary> {
  return drawLibrary(tempDir('toy-photos'), { size: 'small' });
}
