/**
 * A measured value as text that does not contradict what it was measured against: rounded to so many decimals that it
 * still is below, equal to or above the other number, when that is rounded in the same way. `0.5996` measured against
 * `0.6` is "0.5996", not "0.600".
 *
 * @param value Any number; NaN gives "unknown".
 * @param limit What it was measured against, such as the limit of a gate.
 * @param decimals Least number of decimals. Default 3.
 */
export function measuredText(value: number, limit: number, decimals = 3): string {
  if (Number.isNaN(value)) return 'unknown';
  for (let count = decimals; count <= 15; count++) {
    const text = value.toFixed(count);
    if (Math.sign(Number(text) - Number(limit.toFixed(count))) === Math.sign(value - limit)) return text;
  }
  return String(value);
}
