import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';

describe('a library embedded in shards', () => {
  const dir = tempDir('shards');
  const photos = join(dir, 'photos');
  const at = (name: string) => join(dir, name);
  let models: string[];

  beforeAll(async () => {
    cpSync((await toyLibrary('small')).dir, photos, { recursive: true, preserveTimestamps: true });
    // Copies in another folder fall into other shards than their originals.
    for (const name of readdirSync(photos, { recursive: true, encoding: 'utf8' }).filter((n) =>
      n.endsWith('.jpg'),
    )) {
      mkdirSync(dirname(join(photos, 'zz copies', name)), { recursive: true });
      cpSync(join(photos, name), join(photos, 'zz copies', name), { preserveTimestamps: true });
    }
    models = ['--models', await toyModels()];
    for (const command of [
      ['embed', photos, at('whole.npz'), ...models],
      ['enrich', at('whole.npz'), ...models],
    ]) {
      expect((await faceSets(command)).code).toBe(0);
    }
  });

  it('and merged is the cache of the whole, byte for byte, in whatever order the shards are named', async () => {
    const shards: string[] = [];
    let listed = 0;
    for (const i of [3, 1, 2]) {
      const cache = at(`shard-${i}.npz`);
      const { code, stdout } = await faceSets([
        'embed',
        photos,
        cache,
        '--shard',
        `${i}/3`,
        '--json',
        ...models,
      ]);
      expect(code).toBe(0);
      listed += JSON.parse(stdout).listed;
      expect((await faceSets(['enrich', cache, ...models])).code).toBe(0);
      shards.push(cache);
    }
    const whole = await faceSets(['embed', photos, at('whole.npz'), '--json', ...models]);
    expect(listed).toBe(JSON.parse(whole.stdout).listed);
    expect((await faceSets(['merge', ...shards, at('merged.npz')])).code).toBe(0);
    expect(readFileSync(at('merged.npz')).equals(readFileSync(at('whole.npz')))).toBe(true);
  });

  it('goes on from the merged cache: nothing is opened again', async () => {
    const { stdout } = await faceSets(['embed', photos, at('merged.npz'), '--json', ...models]);
    const { listed, unchanged, failures } = JSON.parse(stdout);
    expect(unchanged + failures.length).toBe(listed);
  });

  it('is not merged into a file that exists, nor with a cache of other models', async () => {
    const { code, stderr } = await faceSets(['merge', at('shard-1.npz'), at('whole.npz')]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${at('whole.npz')} exists`);
  });

  it.each(['0/3', '4/3', '1', 'a/b', '1/0', '1/3/5'])('refuses the shard %s', async (shard) => {
    const { code, stderr } = await faceSets(['embed', photos, at('x.npz'), '--shard', shard, ...models]);
    expect(code).toBe(2);
    expect(stderr).toContain('expected i/n');
  });
});
