const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The value of an IEEE 754 half-precision number given by its 16 bits; exact. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of the half-precision number nearest to a value (ties to even, overflow to infinity). */
export function floatToHalf(value: number): number {
  floats[0] = value;
  const sign = (words[0] >>> 16) & 0x8000;
  const magnitude = words[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 is halfway between the largest half and the next power of two.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: the spacing is 2^-24; adding 0.5 puts it at the end of a float32's mantissa, which rounds.
    floats[0] = Math.abs(floats[0]) + 0.5;
    return sign | (words[0] - 0x3f000000);
  }
  const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
  return sign | (rounded >>> 13);
}
