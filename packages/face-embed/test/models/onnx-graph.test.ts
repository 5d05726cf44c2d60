import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { buildRecognizer } from '@face-sets/toy';
import { describe, expect, it } from 'vitest';
import { OnnxFormatError } from '../../src/index.js';
import { readOnnxGraph } from '../../src/models/onnx-graph.js';
import { toyModels } from '../toy.js';

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
    const original = Buffer.from(buildRecognizer());
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
