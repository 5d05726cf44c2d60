import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { cacheSettings, embedLibrary, FaceAnalyzer, loadModels, photoEngine } from '@face-sets/face-embed';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { faceSets, treeHashes } from './face-sets.js';

async function library(): Promise<string> {
  const photos = join(tempDir('library'), 'photos');
  cpSync((await toyLibrary('small')).dir, photos, { recursive: true, preserveTimestamps: true });
  return photos;
}

describe('face-sets run', () => {
  it('does not take its own output for photos when that lies among them', async () => {
    const photos = await library();
    const args = [
      'run',
      photos,
      '--out',
      join(photos, 'out'),
      '--models',
      await toyModels(),
      '--min-faces',
      '4',
    ];
    const first = JSON.parse((await faceSets([...args, '--json'])).stdout);
    const again = JSON.parse((await faceSets([...args, '--json'])).stdout);
    expect(again.embed.listed).toBe(first.embed.listed);
    expect(again.embed.embedded).toBe(0);
    expect(again.embed.ownOutputs.sort()).toEqual(
      ['facesets_swap_ready', 'raw', 'refined'].map((name) => join(photos, 'out', name)),
    );
  });

  it('comes to rest after a photo was deleted, and says that it is gone', async () => {
    const photos = await library();
    const out = join(tempDir('rest'), 'out');
    const args = ['run', photos, '--out', out, '--models', await toyModels(), '--min-faces', '4'];
    await faceSets(args);
    const name = readdirSync(photos, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith('.jpg'),
    )!;
    rmSync(join(photos, name));
    const after = await faceSets(args);
    expect(after.stdout).toContain(
      `their faces and outputs are kept (--missing remove takes them out):\n  ${join(photos, name)}`,
    );
    const hashes = treeHashes(out);
    const { stdout } = await faceSets([...args, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ cluster: { upToDate: true }, refine: { upToDate: true } });
    expect(JSON.parse(stdout).exportSwap.written).toEqual([]);
    expect(treeHashes(out)).toEqual(hashes);
  });

  it('refuses a pack that lacks the landmark models before it embeds anything', async () => {
    const models = tempDir('models');
    cpSync(await toyModels(), models, { recursive: true });
    rmSync(join(models, '1k3d68.onnx'));
    const out = join(tempDir('lacking'), 'out');
    const { code, stderr } = await faceSets(['run', await library(), '--out', out, '--models', models]);
    expect(code).toBe(1);
    expect(stderr).toContain('landmark_3d_68');
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('face-sets export-swap', () => {
  it('refuses models other than those of the cache, and leaves the facesets alone', async () => {
    const photos = await library();
    const out = join(tempDir('export'), 'out');
    const models = await toyModels();
    await faceSets(['run', photos, '--out', out, '--models', models, '--min-faces', '4']);
    const other = tempDir('other');
    cpSync(models, other, { recursive: true });
    appendFileSync(join(other, 'w600k_r50.onnx'), Buffer.from([0x3a, 0]));
    const before = treeHashes(out);
    const swapReady = join(out, 'facesets_swap_ready');
    const manifest = join(out, 'refined/refine_manifest.json');
    const args = ['export-swap', join(out, 'faces.npz'), manifest, swapReady, '--models', other];
    const { code, stderr } = await faceSets([...args, '--pad-ratio', '0.6']);
    expect(code).toBe(1);
    expect(stderr).toContain('recognition model');
    expect(treeHashes(out)).toEqual(before);
  });
});

describe('a cache whose last results are in its journal only', () => {
  it('is clustered with them, and again when there are more', async () => {
    const photos = await library();
    const dir = tempDir('journal');
    const path = join(dir, 'faces.npz');
    const analyzer = new FaceAnalyzer(await loadModels(await toyModels()));
    const embed = async () => {
      const cache = await FaceCacheWriter.open(path, await cacheSettings(analyzer, 'test'));
      await embedLibrary([photos], cache, photoEngine(analyzer));
      await cache.close({ fold: false });
    };
    await embed();
    expect(readdirSync(dir)).toEqual(['faces.npz.journal']);
    const cluster = async () => {
      const { code, stdout, stderr } = await faceSets(['cluster', path, join(dir, 'out'), '--json']);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const before = await cluster();
    expect(before.summary.people).toBeGreaterThan(0);
    expect((await cluster()).upToDate).toBe(true);
    const [name] = readdirSync(photos, { recursive: true, encoding: 'utf8' }).filter((p) =>
      p.endsWith('.jpg'),
    );
    // One byte after the end of the picture: another content of the same face.
    writeFileSync(join(photos, 'zz.jpg'), Buffer.concat([readFileSync(join(photos, name!)), Buffer.of(0)]));
    await embed();
    const after = await cluster();
    expect(after.upToDate).toBe(false);
    expect(after.summary.files).toBeGreaterThan(before.summary.files);
  });
});

describe('the command line', () => {
  it('tries photos that could not be used again only with --retry-failed', async () => {
    const photos = await library();
    const args = ['embed', photos, join(tempDir(), 'faces.npz'), '--models', await toyModels(), '--json'];
    const embed = async (...more: string[]) => JSON.parse((await faceSets([...args, ...more])).stdout);
    const { failures } = await embed();
    expect(failures).toHaveLength(1);
    expect(await embed()).toMatchObject({ embedded: 0, failures });
    expect(await embed('--retry-failed')).toMatchObject({ embedded: 0, failures });
    // Those that are to be opened are what a limit leaves.
    expect(await embed('--limit', '0')).toMatchObject({ left: 0, failures });
    expect(await embed('--retry-failed', '--limit', '0')).toMatchObject({ left: 1, failures: [] });
  });

  it('takes several --exclude and still finds the sources and the cache', async () => {
    const photos = await library();
    const cache = join(tempDir(), 'faces.npz');
    const args = ['embed', '--exclude', '**/*.jpg', '--exclude', '**/*.webp', photos, cache];
    const { code, stdout } = await faceSets([...args, '--models', await toyModels(), '--json']);
    expect(code).toBe(0);
    const whole = await faceSets([
      'embed',
      photos,
      join(tempDir(), 'a.npz'),
      '--models',
      await toyModels(),
      '--json',
    ]);
    expect(JSON.parse(stdout).listed).toBeLessThan(JSON.parse(whole.stdout).listed);
  });
});
