import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));

describe('face-sets', () => {
  it.each(['-v', '--version', 'version'])('prints its version for %s', async (argument) => {
    expect(await faceSets([argument])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('suggests the nearest command for an unknown one, and lists them, wherever it is asked for', async () => {
    for (const args of [['embedd'], ['help', 'embedd']]) {
      const { code, stderr } = await faceSets(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^face-sets: unknown command 'embedd' \(Did you mean embed\?\); commands: run, /,
      );
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    for (const args of [
      ['eras', 'splitt'],
      ['help', 'eras', 'splitt'],
    ]) {
      const { code, stderr } = await faceSets(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /unknown command 'splitt' \(Did you mean split\?\); commands: probe, split, ext/,
      );
    }
    const below = await faceSets(['help', 'embed', 'foo']);
    expect(below.code).toBe(2);
    expect(below.stderr).toContain('embed has no sub-command foo');
  });

  it('explains a command with help as with --help', async () => {
    for (const names of [['embed'], ['eras', 'split'], []]) {
      const help = await faceSets(['help', ...names]);
      expect(help).toEqual(await faceSets([...names, '--help']));
      expect(help.code).toBe(0);
    }
  });

  it.each([
    ['reactor', 'safetensors'],
    ['ReActor', 'safetensors'],
    ['facefusion', 'images'],
    ['roop', 'fsz'],
    ['roop-unleashed', 'fsz'],
    ['DeepFaceLab', 'images'],
    ['Rope', 'rope'],
    ['kohya_ss', 'lora'],
  ])('names the format for %s: %s', async (tool, format) => {
    const { code, stderr } = await faceSets(['export-swap', 'a.npz', 'b', 'c', '--formats', tool]);
    expect(code).toBe(2);
    expect(stderr).toContain(`for ${tool} use --formats ${format};`);
  });

  it('lists the formats for a name that is no tool', async () => {
    for (const name of ['inswapper_128', 'gif', 'constructor', '']) {
      const { code, stderr } = await faceSets(['export-swap', 'a.npz', 'b', 'c', '--formats', name]);
      expect(code).toBe(2);
      expect(stderr).toContain('expected one of fsz, safetensors, visomaster, rope, images, lora');
    }
  });
});

describe('The name of a cache', () => {
  it('may leave out .npz, for every command', async () => {
    const dir = tempDir();
    const name = join(dir, 'new', 'faces');
    const models = await toyModels();
    const { dir: photos } = await toyLibrary('small');
    expect((await faceSets(['embed', photos, name, '--models', models])).code).toBe(0);
    expect(readdirSync(join(dir, 'new'))).toEqual(['faces.npz']);
    expect((await faceSets(['enrich', name, '--models', models])).code).toBe(0);
    expect((await faceSets(['cluster', name, join(dir, 'raw')])).code).toBe(0);
    expect((await faceSets(['merge', name, join(dir, 'all')])).code).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['all.npz', 'new', 'raw']);
    // The OUT of a run, and an output, stand for their cache.
    const before = (await faceSets(['cluster', name, join(dir, 'raw')])).stdout;
    expect(before).toContain('up to date');
    for (const path of [join(dir, 'new'), join(dir, 'raw')]) {
      expect((await faceSets(['cluster', path, join(dir, 'raw')])).stdout).toBe(before);
    }
  });

  it('is not that of a folder, as when it was forgotten', async () => {
    const [photos, more] = [tempDir(), tempDir()];
    for (const args of [
      ['embed', photos, more],
      ['enrich', more],
      ['cluster', more, 'out'],
      ['merge', more, 'all.npz'],
      ['clean', 'out', '--cache', more],
    ]) {
      const { code, stderr } = await faceSets(args);
      expect(code).toBe(2);
      expect(stderr).toContain(
        `${more} is a folder, expected a face cache (.npz) or the OUT of run; name a file in it: ${join(more, 'faces.npz')}`,
      );
    }
  });
});

describe('Before it looks for models, face-sets', () => {
  /** What fails where there are no models, and none can be downloaded. */
  async function withoutModels(args: readonly string[]) {
    const nowhere = tempDir();
    const { code, stderr } = await faceSets([...args, '--no-download'], {
      HOME: nowhere,
      USERPROFILE: nowhere,
      XDG_CACHE_HOME: nowhere,
      LOCALAPPDATA: nowhere,
    });
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr;
  }

  it('looks whether the photos are there', async () => {
    const dir = tempDir();
    const missing = join(dir, 'missing');
    const out = join(dir, 'out');
    expect(await withoutModels(['embed', missing, join(dir, 'faces.npz')])).toContain(
      `source not found: ${missing}`,
    );
    expect(await withoutModels(['run', missing, '--out', out])).toContain(`source not found: ${missing}`);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('looks whether the cache is there, and is one', async () => {
    const dir = tempDir();
    const text = join(dir, 'text.npz');
    writeFileSync(text, 'no zip');
    expect(await withoutModels(['embed', dir, text])).toContain(text);
    for (const cache of [text, join(dir, 'none.npz')]) {
      expect(await withoutModels(['enrich', cache])).toContain(cache);
    }
  });

  it('looks whether the output can be written', async () => {
    const dir = tempDir();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(await withoutModels(['embed', dir, join(file, 'faces.npz')])).toContain(
      `: ${file} is not a folder`,
    );
    expect(await withoutModels(['run', dir, '--out', join(file, 'out')])).toContain(
      `${file} is not a folder`,
    );
  });
});
