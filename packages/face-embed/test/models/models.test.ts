import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sharedPath, tempDir } from '@face-sets/testing';
import { buildDetector, buildRecogniser } from '@face-sets/toy';
import { describe, expect, it } from 'vitest';
import {
  calibratedRecognizers,
  EXECUTION_PROVIDERS,
  type ExecutionProvider,
  ExecutionProviderError,
  findModels,
  findPack,
  loadModels,
  MODEL_PACKS,
  ModelFolderError,
  ModelLoadError,
  ModelsNotFoundError,
  modelRole,
  OnnxFormatError,
} from '../../src/index.js';
import { landmarkNormalization, recognitionNormalization } from '../../src/models/input-normalization.js';
import { roleOfGraph } from '../../src/models/model-router.js';
import { readOnnxGraph } from '../../src/models/onnx-graph.js';
import { toyModels } from '../toy.js';

const shared = sharedPath('models');
const needsShared = shared ? '' : ' (skipped: the development data is not at hand)';

describe('readOnnxGraph', () => {
  it('reads inputs, outputs and first nodes', async () => {
    const graph = await readOnnxGraph(join(await toyModels(), 'det_10g.onnx'));
    expect(graph.inputs).toEqual([{ name: 'input.1', shape: [1, 3, '?', '?'] }]);
    expect(graph.outputs).toHaveLength(9);
    expect(graph.outputs[8].shape?.at(-1)).toBe(10);
    expect(graph.firstNodes).toHaveLength(8);
  });

  it('answers every cut or altered file with a graph or a clear error', async () => {
    const dir = tempDir();
    const original = Buffer.from(buildRecogniser());
    let state = 5;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state % below;
    };
    for (let trial = 0; trial < 200; trial++) {
      const bytes = Buffer.from(trial % 2 ? original : original.subarray(0, random(original.length)));
      for (let i = 0; i < trial / 20 && bytes.length > 0; i++)
        bytes[random(Math.min(bytes.length, 3000))] = random(256);
      const path = join(dir, 'damaged.onnx');
      writeFileSync(path, bytes);
      const outcome = await readOnnxGraph(path).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(OnnxFormatError);
    }
    writeFileSync(join(dir, 'empty.onnx'), '');
    await expect(readOnnxGraph(join(dir, 'empty.onnx'))).rejects.toThrow('it holds no graph');
  });
});

describe('modelRole', () => {
  it('knows the toy models, in both forms of the detector', async () => {
    const dir = await toyModels({ 'batched.onnx': buildDetector({ form: 'batched' }) });
    const role = (name: string) => modelRole(join(dir, name));
    expect(await role('det_10g.onnx')).toBe('detection');
    expect(await role('batched.onnx')).toBe('detection');
    expect(await role('w600k_r50.onnx')).toBe('recognition');
    expect(await role('2d106det.onnx')).toBe('landmark_2d_106');
    expect(await role('1k3d68.onnx')).toBe('landmark_3d_68');
    expect(await role('genderage.onnx')).toBe('genderage');
  });

  it.skipIf(needsShared)(`knows real models${needsShared}`, async () => {
    expect(await modelRole(join(shared!, 'det_2.5g.onnx'))).toBe('detection');
    expect(await modelRole(join(shared!, 'mobilefacenet.onnx'))).toBe('recognition');
    expect(await modelRole(join(shared!, '2d106det.onnx'))).toBe('landmark_2d_106');
    expect(await modelRole(join(shared!, '1k3d68.onnx'))).toBe('landmark_3d_68');
  });

  it('does not mistake other graphs for one', () => {
    const value = (...shape: (number | string)[]) => ({ name: 'x', shape });
    const one = [value(1, 10)];
    expect(roleOfGraph({ inputs: [value(1, 3, 112, 112), value(1, 512)], outputs: one })).toBeNull();
    expect(roleOfGraph({ inputs: [value(1, 3, 128, 128)], outputs: one })).toBeNull();
    expect(roleOfGraph({ inputs: [value(1, 3, 192, 192)], outputs: [value(1, 99)] })).toBeNull();
    expect(roleOfGraph({ inputs: [value(1, 3, 96, 96)], outputs: one })).toBeNull();
    expect(roleOfGraph({ inputs: [value('None', 3, 96, 96)], outputs: [value(1, 3)] })).toBe('genderage');
    expect(roleOfGraph({ inputs: [value(1, 112)], outputs: one })).toBeNull();
    expect(roleOfGraph({ inputs: [], outputs: [] })).toBeNull();
    expect(roleOfGraph({ inputs: [{ name: 'x', shape: null }], outputs: one })).toBeNull();
    const nine = Array.from({ length: 9 }, () => value('n', 4));
    expect(roleOfGraph({ inputs: [value(1, 3, 112, 112)], outputs: nine })).toBeNull();
    expect(roleOfGraph({ inputs: [value(1, 3, -1, -1)], outputs: nine })).toBe('detection');
  });
});

describe('input normalization', () => {
  const nodes = (...names: string[]) => ({ firstNodes: names.map((name) => ({ name, opType: 'Conv' })) });

  it('leaves gray levels alone where the graph has its own Sub and Mul', () => {
    for (const graph of [nodes('Sub_0', 'Mul_1'), nodes('_minusscalar0', '_mulscalar0', 'conv')]) {
      expect(recognitionNormalization(graph)).toEqual({ mean: 0, std: 1 });
      expect(landmarkNormalization(graph)).toEqual({ mean: 0, std: 1 });
    }
  });

  it('goes by the operator where nodes have no names', () => {
    const graph = { firstNodes: ['Sub', 'Mul'].map((opType) => ({ name: '', opType })) };
    expect(recognitionNormalization(graph)).toEqual({ mean: 0, std: 1 });
  });

  it('brings them to about -1…1 otherwise', () => {
    expect(recognitionNormalization(nodes('Conv_0', 'Mul_1'))).toEqual({ mean: 127.5, std: 127.5 });
    expect(landmarkNormalization(nodes('Conv_0'))).toEqual({ mean: 127.5, std: 128 });
    expect(landmarkNormalization(nodes('bn_data'))).toEqual({ mean: 0, std: 1 });
  });
});

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
    const { searched, message } = nowhere as ModelsNotFoundError;
    expect(searched[0]).toBe(insightface);
    expect(message).toContain('face-sets models pull buffalo_l');
    expect(message).toContain('--models');

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
      '/nowhere is no folder; expected a folder of .onnx files',
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

describe('MODEL_PACKS', () => {
  it('has whole addresses and hashes', () => {
    for (const pack of MODEL_PACKS) {
      const { name } = pack;
      expect(findPack(name)).toBe(pack);
      expect(pack.license).toContain('license');
      expect(pack.url).toBe(`https://github.com/deepinsight/insightface/releases/download/v0.7/${name}.zip`);
      for (const file of [pack, ...(pack.files ?? [])]) {
        if (file.sha256 !== undefined) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
      expect(pack.roles).toContain('detection');
      if (pack.files) expect(pack.files.map((file) => file.role).sort()).toEqual([...pack.roles].sort());
    }
    expect(findPack('buffalo_l')?.size).toBe(288621354);
    expect(findPack('constructor')).toBeUndefined();
  });

  it('say which recognizer the default thresholds are calibrated for', () => {
    for (const { calibrated, files } of MODEL_PACKS) {
      if (calibrated) expect(files?.map(({ role }) => role)).toContain('recognition');
    }
    expect(calibratedRecognizers()).toEqual([
      {
        name: 'w600k_r50',
        sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
        pack: 'buffalo_l',
      },
    ]);
  });
});
