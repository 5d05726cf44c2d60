import { join } from 'node:path';
import { toyLibrary, toyModels } from '@face-sets/testing';
import { expect } from 'vitest';
import { faceSets } from './face-sets.js';

/** What a run of the small toy library leaves up to its raw people: a cache, and a folder for each person. */
export async function toyCollection(out: string): Promise<{ out: string; cache: string; photos: string }> {
  const { dir: photos } = await toyLibrary('small');
  const cache = join(out, 'faces.npz');
  await ok('embed', photos, cache, '--models', await toyModels());
  await ok('cluster', cache, join(out, 'raw'));
  return { out, cache, photos };
}

/** What a command prints that must succeed. */
export async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await faceSets(args);
  expect(code, stderr).toBe(0);
  return stdout;
}
