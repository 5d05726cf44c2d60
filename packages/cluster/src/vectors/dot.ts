/**
 * Dot product of `cols` numbers of `a` from `aOffset` and of `b` from `bOffset`, in double precision.
 * The order of additions depends on `cols` alone and swapping `a` with `b` changes no bit, so that equal
 * clusters have equal distances however they were reached.
 *
 * It takes arrays of one type, as do the others here: one function for all would take twice as long, since engines compile
 * a loop for the types that it has seen.
 */
export function dot(
  a: Float32Array,
  aOffset: number,
  b: Float32Array,
  bOffset: number,
  cols: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = cols & ~3;
  let k = 0;
  for (; k < whole; k += 4) {
    s0 += a[aOffset + k] * b[bOffset + k];
    s1 += a[aOffset + k + 1] * b[bOffset + k + 1];
    s2 += a[aOffset + k + 2] * b[bOffset + k + 2];
    s3 += a[aOffset + k + 3] * b[bOffset + k + 3];
  }
  for (; k < cols; k++) s0 += a[aOffset + k] * b[bOffset + k];
  return s0 + s1 + (s2 + s3);
}

/* jscpd:ignore-start: one function for all types of arrays would be compiled for none of them */
/** {@link dot} of a sum of vectors and a vector. */
export function dotOfSum(
  sum: Float64Array,
  sumOffset: number,
  vector: Float32Array,
  vectorOffset: number,
  cols: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = cols & ~3;
  let k = 0;
  for (; k < whole; k += 4) {
    s0 += sum[sumOffset + k] * vector[vectorOffset + k];
    s1 += sum[sumOffset + k + 1] * vector[vectorOffset + k + 1];
    s2 += sum[sumOffset + k + 2] * vector[vectorOffset + k + 2];
    s3 += sum[sumOffset + k + 3] * vector[vectorOffset + k + 3];
  }
  for (; k < cols; k++) s0 += sum[sumOffset + k] * vector[vectorOffset + k];
  return s0 + s1 + (s2 + s3);
}
/* jscpd:ignore-end */

/** {@link dot} of two sums of vectors, which is rarely asked for. */
export function dotOfSums(
  a: Float64Array,
  aOffset: number,
  b: Float64Array,
  bOffset: number,
  cols: number,
): number {
  let sum = 0;
  for (let k = 0; k < cols; k++) sum += a[aOffset + k] * b[bOffset + k];
  return sum;
}
