import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cacheAt, cluster, refine } from '../../../src/index.js';
import { drawnCache, threePeople } from '../../drawn-cache.js';

const root = tempDir('cache-at');
const out = join(root, 'out');
const cache = join(out, 'faces.npz');

beforeAll(async () => {
  await drawnCache(cache, threePeople(join(root, 'photos')));
  await cluster(cache, join(out, 'raw'));
  await refine(cache, join(root, 'elsewhere'), { minFaces: 3 });
});

describe('cacheAt', () => {
  it('finds the cache of a run, of an output and of a manifest, or takes it as it is', () => {
    expect(cacheAt(cache)).toBe(cache);
    expect(cacheAt(join(out, 'faces'))).toBe(cache);
    expect(cacheAt(out)).toBe(cache);
    expect(cacheAt(join(out, 'raw'))).toBe(cache);
    expect(cacheAt(join(root, 'elsewhere'))).toBe(cache);
    expect(cacheAt(join(root, 'elsewhere', 'refine_manifest.json'))).toBe(cache);
    expect(cacheAt(join(root, 'new.npz'))).toBe(join(root, 'new.npz'));
  });

  it('finds the cache of an output that was moved together with it', () => {
    const moved = join(root, 'moved');
    renameSync(out, moved);
    expect(cacheAt(join(moved, 'raw'))).toBe(join(moved, 'faces.npz'));
    renameSync(moved, out);
  });

  it('says what it expects in the place of another folder, and of a damaged manifest', () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    expect(() => cacheAt(empty)).toThrow(
      `${empty} is a folder that holds nothing of face-sets, expected the OUT of a run`,
    );
    expect(() => cacheAt('')).toThrow('found nothing');
    expect(() => cacheAt(join(root, 'none/'))).toThrow('there is no folder');
    writeFileSync(join(empty, 'manifest.json'), '{');
    expect(() => cacheAt(empty)).toThrow(/expected a manifest/);
  });
});
