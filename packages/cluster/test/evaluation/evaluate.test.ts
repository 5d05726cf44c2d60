import { execFileSync } from 'node:child_process';
import { pythonWith, seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { evaluateClusters } from '../../src/index.js';

const python = pythonWith('sklearn', 'numpy');

describe('evaluateClusters', () => {
  it('is 1 throughout for a perfect clustering, whatever the numbers', () => {
    const { pairwise, bcubed, nmi, purity, merged, split } = evaluateClusters(
      [7, 7, 3, 3, 0],
      [1, 1, 0, 0, 9],
    );
    expect(pairwise).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(bcubed).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(nmi).toBeCloseTo(1, 12);
    expect(purity).toBe(1);
    expect(merged).toEqual([]);
    expect(split).toEqual([]);
  });

  it('tells what was merged and what was split, worst first', () => {
    // cluster 0: three of person 0, two of person 1; cluster 1: one of person 0, four of person 2; one loner
    const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1, -1];
    const truth = [0, 0, 0, 1, 1, 0, 2, 2, 2, 2, 2, -1];
    const result = evaluateClusters(labels, truth);
    expect(result).toMatchObject({ faces: 11, people: 3, clusters: 3 });
    expect(result.pairwise.precision).toBeCloseTo((3 + 1 + 6) / 20, 12);
    expect(result.pairwise.recall).toBeCloseTo((3 + 1 + 6) / (6 + 1 + 10), 12);
    expect(result.bcubed.precision).toBeCloseTo(((9 + 4) / 5 + (1 + 16) / 5 + 1) / 11, 12);
    expect(result.bcubed.recall).toBeCloseTo(((9 + 1) / 4 + 4 / 2 + (16 + 1) / 5) / 11, 12);
    expect(result.purity).toBeCloseTo((3 + 4 + 1) / 11, 12);
    expect(result.merged).toEqual([
      {
        cluster: 0,
        people: [
          { person: 0, faces: 3 },
          { person: 1, faces: 2 },
        ],
        wrongPairs: 6,
      },
      {
        cluster: 1,
        people: [
          { person: 2, faces: 4 },
          { person: 0, faces: 1 },
        ],
        wrongPairs: 4,
      },
    ]);
    expect(result.split).toEqual([
      {
        person: 2,
        clusters: [
          { cluster: 1, faces: 4 },
          { cluster: -1, faces: 1 },
        ],
        missedPairs: 4,
      },
      {
        person: 0,
        clusters: [
          { cluster: 0, faces: 3 },
          { cluster: 1, faces: 1 },
        ],
        missedPairs: 3,
      },
    ]);
  });

  it('answers for no faces, one face and faces without a truth', () => {
    for (const [labels, truth] of [
      [[], []],
      [[0], [0]],
      [
        [0, 1],
        [-1, -1],
      ],
    ]) {
      expect(evaluateClusters(labels, truth)).toMatchObject({
        pairwise: { f1: 1 },
        bcubed: { f1: 1 },
        nmi: 1,
      });
    }
    expect(() => evaluateClusters([1], [1, 2])).toThrow(/1 labels for 2/);
  });

  it.skipIf(!python)('agrees with scikit-learn (skipped without it)', () => {
    const random = seeded(71);
    const cases = Array.from({ length: 40 }, () => {
      const faces = 2 + Math.floor(random() * 60);
      const people = 1 + Math.floor(random() * 8);
      const truth = Array.from({ length: faces }, () => Math.floor(random() * people));
      const labels = truth.map((person) => (random() < 0.7 ? person : Math.floor(random() * 9)));
      return { labels, truth };
    });
    const expected = JSON.parse(
      execFileSync(
        python!,
        [
          '-c',
          `
import sys, json
from sklearn.metrics import normalized_mutual_info_score
from sklearn.metrics.cluster import pair_confusion_matrix, contingency_matrix
out = []
for case in json.load(sys.stdin):
    (_, fp), (fn, tp) = pair_confusion_matrix(case['truth'], case['labels']).tolist()
    table = contingency_matrix(case['truth'], case['labels'])
    out.append([tp, fp, fn, normalized_mutual_info_score(case['truth'], case['labels']), int(table.max(axis=0).sum())])
print(json.dumps(out))`,
        ],
        { input: JSON.stringify(cases), encoding: 'utf8' },
      ),
    ) as [number, number, number, number, number][];
    cases.forEach(({ labels, truth }, i) => {
      const [tp, fp, fn, nmi, purest] = expected[i];
      const result = evaluateClusters(labels, truth);
      expect(result.pairwise.precision).toBeCloseTo(tp + fp > 0 ? tp / (tp + fp) : 1, 9);
      expect(result.pairwise.recall).toBeCloseTo(tp + fn > 0 ? tp / (tp + fn) : 1, 9);
      expect(result.nmi).toBeCloseTo(nmi, 9);
      expect(result.purity).toBeCloseTo(purest / truth.length, 12);
    });
  });
});
