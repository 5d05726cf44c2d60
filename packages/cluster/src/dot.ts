/**
 * Dot product of `cols` numbers of `a` from `aOffset` and of `b` from `bOffset`, in double precision.
 * The order of additions depends on `cols` alone and swapping `a` with `b` changes no bit, so that equal
 * clusters have equal distances however they were reached.
 */
export function dot(
  a: Float32Array | Float64Array,
  aOffset: number,
  b: Float32Array | Float64Array,
  bOffset: number,
  cols: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = aOffset + (cols & ~3);
  let i = aOffset;
  let j = bOffset;
  for (; i < whole; i += 4, j += 4) {
    s0 += a[i] * b[j];
    s1 += a[i + 1] * b[j + 1];
    s2 += a[i + 2] * b[j + 2];
    s3 += a[i + 3] * b[j + 3];
  }
  for (; i < aOffset + cols; i++, j++) s0 += a[i] * b[j];
  return s0 + s1 + (s2 + s3);
}
