import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  EXECUTION_PROVIDERS,
  type ExecutionProvider,
  ExecutionProviderError,
  findModels,
  loadModels,
  ModelFolderError,
  ModelLoadError,
} from '../../src/index.js';
import { toyModels } from '../toy.js';

describe('loadModels', () => {
  it('identifies a model by name and SHA-256', async () => {
    const dir = await toyModels();
    const models = await loadModels(dir);
    const sha256 = createHash('sha256')
      .update(readFileSync(join(dir, 'w600k_r50.onnx')))
      .digest('hex');
    expect(await models.identity('recognition')).toEqual({ name: 'w600k_r50', sha256 });
    await models.release();
  });

  it('refuses what is no folder', async () => {
    await expect(loadModels('/nowhere')).rejects.toThrow(
      '/nowhere is not a folder; expected a folder of .onnx files',
    );
    await expect(loadModels(import.meta.filename)).rejects.toBeInstanceOf(ModelFolderError);
  });

  it('takes what findModels returned', async () => {
    const found = await findModels({ dir: await toyModels() });
    const models = await loadModels(found, { roles: ['detection', 'landmark_3d_68'] });
    expect(models.dir).toBe(found.dir);
    expect(models.has('genderage')).toBe(true);
  });

  it('refuses roles that are not there, when loading and when asked', async () => {
    const dir = await toyModels();
    rmSync(join(dir, '1k3d68.onnx'));
    await expect(loadModels(dir, { roles: ['landmark_3d_68'] })).rejects.toThrow(
      'no model for landmark_3d_68',
    );
    const models = await loadModels(dir);
    await expect(models.session('landmark_3d_68')).rejects.toBeInstanceOf(ModelLoadError);
    await expect(models.identity('landmark_3d_68')).rejects.toThrow(
      'holds no model for landmark_3d_68; it has',
    );
  });

  it('refuses a number of threads that makes no sense', async () => {
    const dir = await toyModels();
    await expect(loadModels(dir, { threads: 0 })).rejects.toThrow('threads is 0');
    await expect(loadModels(dir, { threads: 1.5 })).rejects.toThrow(RangeError);
  });

  it('runs on the processor with "auto" where there is nothing faster, and says what a runtime lacks', async () => {
    const dir = await toyModels();
    await (await (await loadModels(dir, { provider: 'auto' })).session('recognition')).release();
    // No runtime has both of these.
    const lacking = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(loadModels(dir, { provider: lacking })).rejects.toThrow(
      new RegExp(`has no "${lacking}" provider \\(it has: .*cpu.*\\); use "cpu"`),
    );
    await expect(loadModels(dir, { provider: 'tpu' as ExecutionProvider })).rejects.toThrow(
      ExecutionProviderError,
    );
    expect(EXECUTION_PROVIDERS).toContain('cuda');
  });
});
