import { join } from 'node:path';
import { sharedPath } from '@face-sets/testing';
import { buildDetector } from '@face-sets/toy';
import { describe, expect, it } from 'vitest';
import { modelRole } from '../../src/index.js';
import { roleOfGraph } from '../../src/models/model-router.js';
import { toyModels } from '../toy.js';

const shared = sharedPath('models');
const needsShared = shared ? '' : ' (skipped: the development data is not at hand)';

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
