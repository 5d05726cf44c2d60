import { join } from 'node:path';
import { tempDir, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { listModels, MODEL_DEFAULTS, ModelsNotFoundError, modelPaths } from '../../src/index.js';

describe('listModels', () => {
  it('has the default pack with its roles, its size and where it comes from', () => {
    const pack = listModels().find(({ name }) => name === MODEL_DEFAULTS.pack);
    expect(pack).toMatchObject({ bytes: 288621354, url: expect.stringMatching(/^https:/) });
    expect(pack!.roles).toEqual(expect.arrayContaining(['detection', 'recognition']));
  });
});

describe('modelPaths', () => {
  it('has the file of each role in the folder that is used', async () => {
    const models = await toyModels();
    const { dir, files } = await modelPaths({ models });
    expect(dir).toBe(models);
    expect(files.recognition).toBe(join(models, 'w600k_r50.onnx'));
  });

  it('is refused where there is no such folder', async () => {
    const models = join(tempDir('models'), 'none');
    await expect(modelPaths({ models })).rejects.toThrow(ModelsNotFoundError);
    await expect(modelPaths({ models })).rejects.toMatchObject({ code: 'ERR_MODELS_NOT_FOUND' });
  });
});
