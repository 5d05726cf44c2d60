import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, embed, exportSwap, InvalidOptionsError, refine } from '../../src/index.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-export');
const cache = join(root, 'faces.npz');
const [raw, refined] = [join(root, 'raw'), join(root, 'refined')];
const refineManifest = join(refined, 'refine_manifest.json');
const rawManifest = join(raw, 'manifest.json');
/** Small crops without dates, of which tests make many. */
const options = { models: '', outSize: 64, dates: false };

beforeAll(async () => {
  options.models = await toyModels();
  await embed([(await toyLibrary('small')).dir], cache, { models: options.models });
  await cluster(cache, raw);
  await refine(cache, refined, { minFaces: 3 });
});

describe('exportSwap', () => {
  it('exports each faceset as crops and bundles, and leaves them alone the second time', async () => {
    const out = join(root, 'swap');
    const { events, onEvent } = listen();
    const first = await exportSwap(cache, refineManifest, out, { ...options, topN: [2], onEvent });
    expect(first).toMatchObject({ out, unchanged: [], summary: { facesets: 3 } });
    expect(first.written).toEqual(['faceset_001', 'faceset_002', 'faceset_003']);
    const [faceset] = first.facesets;
    expect(readdirSync(join(out, 'faceset_001', 'faces'))).toHaveLength(faceset!.faces);
    expect(existsSync(join(out, 'faceset_001', 'faceset_001_top2.fsz'))).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'end', stage: 'Exporting', summary: 'Exported 3 facesets' });
    const again = await exportSwap(cache, refineManifest, out, { ...options, topN: [2] });
    expect(again).toMatchObject({ written: [], unchanged: first.written, summary: first.summary });
  });

  it('writes the formats that it is asked for, and refuses one for another model', async () => {
    const [out, refused] = [join(root, 'formats'), join(root, 'refused')];
    const result = await exportSwap(cache, refineManifest, out, { ...options, formats: ['images'] });
    expect(result).not.toHaveProperty('gender_age');
    expect(existsSync(join(out, 'faceset_001', 'images', '0000.png'))).toBe(true);
    expect(readdirSync(join(out, 'faceset_001')).filter((name) => name.endsWith('.fsz'))).toEqual([]);
    // The toy models have the file names of buffalo_l, and other content.
    const failing = exportSwap(cache, refineManifest, refused, { ...options, formats: ['safetensors'] });
    await expect(failing).rejects.toMatchObject({ name: 'ForeignEmbeddingsError' });
    expect(existsSync(refused)).toBe(false);
  });

  it('sorts candidates only with the manifest of their clusters', async () => {
    const out = join(root, 'candidates');
    for (const wrong of [{ candidates: true }, { rawManifest }]) {
      const failing = exportSwap(cache, refineManifest, out, { ...options, ...wrong });
      await expect(failing).rejects.toThrow(InvalidOptionsError);
    }
    expect(existsSync(out)).toBe(false);
    const both = { ...options, candidates: true, rawManifest };
    const { candidates } = await exportSwap(cache, refineManifest, out, both);
    expect(candidates).toMatchObject({ raw_manifest: { path: rawManifest } });
  });
});
