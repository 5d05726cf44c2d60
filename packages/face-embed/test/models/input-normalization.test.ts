import { describe, expect, it } from 'vitest';
import { landmarkNormalization, recognitionNormalization } from '../../src/models/input-normalization.js';

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
