/** A matrix as rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/** The product of two matrices. */
export function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
}

/** Rows and columns exchanged. */
export function transpose(a: Matrix): number[][] {
  return a[0].map((_, j) => a.map((row) => row[j]));
}

/**
 * The matrix that gives the least-squares solution x of `a·x ≈ y` as `pseudoInverse(a)·y`, for a tall `a` of
 * full rank: (aᵀa)⁻¹aᵀ by Gauss–Jordan elimination with pivoting.
 */
export function pseudoInverse(a: Matrix): number[][] {
  const at = transpose(a);
  const normal = multiply(at, a);
  const size = normal.length;
  const work = normal.map((row, i) => [...row, ...at[i]]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let r = column + 1; r < size; r++) {
      if (Math.abs(work[r][column]) > Math.abs(work[pivot][column])) pivot = r;
    }
    [work[column], work[pivot]] = [work[pivot], work[column]];
    const lead = work[column][column];
    work[column] = work[column].map((value) => value / lead);
    for (let r = 0; r < size; r++) {
      if (r === column) continue;
      const factor = work[r][column];
      work[r] = work[r].map((value, k) => value - factor * work[column][k]);
    }
  }
  return work.map((row) => row.slice(size));
}
