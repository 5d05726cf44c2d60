import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_FILE, makeCache, tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { outputIsCurrent, safeDstName, writePersonFolders } from '../../src/index.js';

let root: string;
let out: string;
const options = { minFaces: 3, link: 'clone' };
const peopleSha256 = 'a'.repeat(64);
const made = { cacheSha256: CACHE_FILE.sha256, peopleSha256, options };

beforeEach(async () => {
  root = tempDir('current');
  out = join(root, 'out');
  const cache = await makeCache([
    { path: join(root, 'a.png'), faces: [{ who: 0, bbox: [50, 50, 150, 180] }] },
  ]);
  await writePersonFolders({ cache, cacheFile: CACHE_FILE, people: [], peopleSha256, out, options });
});

describe('outputIsCurrent', () => {
  it('knows an output of the same cache and options, in whatever order these come', async () => {
    const current = await outputIsCurrent(out, 'cluster', {
      ...made,
      options: { link: 'clone', minFaces: 3 },
    });
    expect(current?.options).toEqual({ min_faces: 3, link: 'clone' });
  });

  it('is null for another cache, other people, other options, a missing file, and no or a broken manifest', async () => {
    expect(await outputIsCurrent(out, 'cluster', { ...made, cacheSha256: 'f'.repeat(64) })).toBeNull();
    expect(await outputIsCurrent(out, 'cluster', { ...made, peopleSha256: 'b'.repeat(64) })).toBeNull();
    expect(
      await outputIsCurrent(out, 'cluster', { ...made, options: { ...options, minFaces: 4 } }),
    ).toBeNull();
    expect(await outputIsCurrent(join(root, 'none'), 'cluster', made)).toBeNull();
    rmSync(join(out, '_singletons', safeDstName(join(root, 'a.png'))));
    expect(await outputIsCurrent(out, 'cluster', made)).toBeNull();
    writeFileSync(join(out, 'manifest.json'), '{');
    expect(await outputIsCurrent(out, 'cluster', made)).toBeNull();
  });
});
