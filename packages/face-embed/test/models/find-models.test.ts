import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { findModels, ModelFolderError, ModelsNotFoundError } from '../../src/index.js';
import { toyModels } from '../toy.js';

describe('findModels', () => {
  it('looks into the folder given, then FACE_SETS_MODELS, then ~/.insightface, then the cache folder', async () => {
    const [given, inEnv, home] = [await toyModels(), await toyModels(), tempDir('home')];
    const cache = join(home, 'cache');
    const env = { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache };
    const insightface = join(home, '.insightface', 'models', 'buffalo_l');
    const found = async (options: Parameters<typeof findModels>[0]) =>
      (await findModels({ home, env, ...options })).dir;

    const nowhere = await findModels({ home, env }).catch((error: unknown) => error);
    expect(nowhere).toBeInstanceOf(ModelsNotFoundError);
    const { searched, message, code, pack } = nowhere as ModelsNotFoundError;
    expect(searched[0]).toBe(insightface);
    expect(message).toContain('download it, or give a folder of .onnx files');
    expect({ code, pack }).toEqual({ code: 'ERR_MODELS_NOT_FOUND', pack: 'buffalo_l' });

    mkdirSync(join(searched[1], '..'), { recursive: true });
    renameSync(await toyModels(), searched[1]);
    expect(await found({})).toBe(searched[1]);
    mkdirSync(join(insightface, '..'), { recursive: true });
    renameSync(await toyModels(), insightface);
    expect(await found({})).toBe(insightface);
    expect(await found({ env: { FACE_SETS_MODELS: inEnv } })).toBe(inEnv);
    expect(await found({ env: { FACE_SETS_MODELS: inEnv }, dir: given })).toBe(given);
  });

  it('does not fall back when the folder given is missing', async () => {
    await expect(findModels({ dir: '/nowhere/at/all' })).rejects.toThrow(
      'the model folder is /nowhere/at/all, but there is no such folder',
    );
    await expect(findModels({ env: { FACE_SETS_MODELS: '/nowhere' } })).rejects.toThrow(
      'FACE_SETS_MODELS is /nowhere',
    );
  });

  it.skipIf(process.platform === 'win32')('says so where it may not look', async () => {
    const locked = tempDir('locked');
    const dir = join(locked, 'models');
    mkdirSync(dir);
    chmodSync(locked, 0);
    const outcome = await asOrdinaryUser(() => findModels({ dir }).catch((error: unknown) => error));
    chmodSync(locked, 0o700);
    expect(outcome).toBeInstanceOf(ModelFolderError);
    expect((outcome as Error).message).toContain(`cannot read ${dir}: permission denied (EACCES)`);
  });

  it('names the roles and files that it found, and notes what it does not use', async () => {
    const dir = await toyModels({ 'broken.onnx': Buffer.from('broken'), 'notes.txt': Buffer.from('x') });
    const { files, notes } = await findModels({ dir });
    expect(Object.keys(files).sort()).toEqual([
      'detection',
      'genderage',
      'landmark_2d_106',
      'landmark_3d_68',
      'recognition',
    ]);
    expect(basename(files.recognition!)).toBe('w600k_r50.onnx');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('broken.onnx is ignored');
  });

  it('says which role is missing, and what is there', async () => {
    const dir = await toyModels();
    rmSync(join(dir, 'w600k_r50.onnx'));
    const error = await findModels({ dir }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelFolderError);
    expect((error as Error).message).toContain('holds no model for recognition; found: ');
    expect((error as Error).message).toContain('detection (det_10g.onnx)');
    expect(await findModels({ dir, roles: ['detection'] })).toMatchObject({ dir });
  });

  it('refuses two models for one role, and names both', async () => {
    const dir = await toyModels();
    copyFileSync(join(dir, 'det_10g.onnx'), join(dir, 'det_500m.onnx'));
    await expect(findModels({ dir })).rejects.toThrow(
      /two models for detection: det_10g.onnx and det_500m.onnx/,
    );
  });

  it('looks into a folder inside, as an unpacked antelopev2.zip has', async () => {
    const dir = tempDir();
    renameSync(await toyModels(), join(dir, 'antelopev2'));
    expect((await findModels({ dir, pack: 'antelopev2' })).dir).toBe(join(dir, 'antelopev2'));
    expect((await findModels({ dir })).dir).toBe(join(dir, 'antelopev2'));
    renameSync(await toyModels(), join(dir, 'mine'));
    await expect(findModels({ dir })).rejects.toThrow('several folders of models (antelopev2, mine)');
    expect((await findModels({ dir, pack: 'mine' })).dir).toBe(join(dir, 'mine'));
  });

  it('refuses a folder without models', async () => {
    await expect(findModels({ dir: tempDir() })).rejects.toThrow('holds no .onnx file');
  });
});
