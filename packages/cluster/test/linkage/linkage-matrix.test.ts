import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { linkageMatrix, matrixFrom } from '../../src/index.js';
import { goldens, people, readGolden } from '../helpers.js';
import { hardMatrix, naiveLinkage } from '../naive.js';

const python = pythonWith('scipy.cluster.hierarchy', 'numpy');

/** Rows below each line of a linkage matrix, and its height. */
function mergesOf(lines: Float64Array, rows: number) {
  const members: number[][] = Array.from({ length: rows }, (_, row) => [row]);
  return Array.from({ length: lines.length / 4 }, (_, i) => {
    const [a, b, height, size] = lines.subarray(i * 4, i * 4 + 4);
    expect(a).toBeLessThan(b);
    members.push([...members[a], ...members[b]].sort((x, y) => x - y));
    expect(members.at(-1)).toHaveLength(size);
    return { rows: members.at(-1)!, height };
  });
}

describe('linkageMatrix', () => {
  it.skipIf(!goldens)("has fastcluster's heights (skipped without shared data)", async () => {
    const { matrix, arrays } = await readGolden('overlapping');
    const expected = arrays.average_linkage_Z.data as Float64Array;
    const lines = linkageMatrix(matrix);
    expect(lines).toHaveLength(expected.length);
    let worst = 0;
    for (let i = 2; i < lines.length; i += 4) worst = Math.max(worst, Math.abs(lines[i] - expected[i]));
    expect(worst).toBeLessThan(1e-5);
    expect(mergesOf(lines, matrix.rows).at(-1)!.rows).toHaveLength(matrix.rows);
  });

  it('merges what the definition merges, at its heights', () => {
    const random = seeded(31);
    for (let round = 0; round < 2000; round++) {
      const matrix = hardMatrix(random);
      const linkage = (['average', 'complete', 'single'] as const)[round % 3];
      const metric = random() < 0.5 ? 'cosine' : 'euclidean';
      const expected = naiveLinkage(matrix, linkage, metric);
      const lines = linkageMatrix(matrix, { linkage, metric });
      expect(lines).toHaveLength(Math.max(0, matrix.rows - 1) * 4);
      const merges = mergesOf(lines, matrix.rows);
      for (const [i, { rows, height }] of expected.entries()) {
        expect(merges[i].rows).toEqual([...rows].sort((a, b) => a - b));
        expect(merges[i].height).toBeCloseTo(height, 12);
      }
      for (const { height } of merges.slice(expected.length)) expect(height).toBe(Infinity);
      for (let i = 1; i < merges.length; i++) {
        expect(merges[i].height).toBeGreaterThanOrEqual(merges[i - 1].height - 1e-12);
      }
    }
  });

  it('puts rows that cannot be compared last, at distance Infinity', () => {
    const lines = linkageMatrix(
      matrixFrom([
        [0, 0],
        [1, 0],
        [1, 0],
        [Number.NaN, 1],
      ]),
    );
    expect([...lines]).toEqual([1, 2, 0, 2, 0, 4, Infinity, 3, 3, 5, Infinity, 4]);
    expect([
      ...linkageMatrix(
        matrixFrom([
          [0, 0],
          [0, 0],
        ]),
      ),
    ]).toEqual([0, 1, Infinity, 2]);
    expect(linkageMatrix(matrixFrom([]))).toHaveLength(0);
    expect(linkageMatrix(matrixFrom([[1, 2]]))).toHaveLength(0);
  });

  it('refuses more rows than a matrix of distances can hold, and says what to do', () => {
    const rows = 20_001;
    const data = Float32Array.from({ length: rows }, (_, row) => row + 1);
    expect(() => linkageMatrix({ data, rows, cols: 1 }, { metric: 'euclidean' })).toThrow(
      /20001 distinct.*threshold/,
    );
  });

  it.skipIf(!python)('agrees with SciPy, which takes it as its own (skipped without SciPy)', () => {
    const matrix = people([20, 15, 10, 5, 1, 1], 8, 0.6, seeded(32));
    const dir = tempDir();
    writeFileSync(join(dir, 'x.bin'), matrix.data);
    for (const linkage of ['average', 'complete', 'single'] as const) {
      for (const metric of ['cosine', 'euclidean'] as const) {
        const lines = linkageMatrix(matrix, { linkage, metric });
        writeFileSync(join(dir, 'z.bin'), lines);
        const worst = execFileSync(
          python!,
          [
            '-c',
            `
import sys, numpy as np
from scipy.cluster.hierarchy import linkage, is_valid_linkage, fcluster
d, cols, method, metric = sys.argv[1:]
X = np.fromfile(d + '/x.bin', np.float32).reshape(-1, int(cols)).astype(float)
Z = np.fromfile(d + '/z.bin').reshape(-1, 4)
assert is_valid_linkage(Z)
expected = linkage(X, method, metric)
assert len(set(zip(fcluster(Z, 6, 'maxclust'), fcluster(expected, 6, 'maxclust')))) == 6
print(np.abs(Z[:, 2] - expected[:, 2]).max())`,
            dir,
            String(matrix.cols),
            linkage,
            metric,
          ],
          { encoding: 'utf8' },
        );
        expect(Number(worst)).toBeLessThan(1e-9);
      }
    }
  });
});
