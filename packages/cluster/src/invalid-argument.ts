/** A function was called with a value that makes no sense: the message says what was expected and what was received. */
export class InvalidArgumentError extends RangeError {
  override name = 'InvalidArgumentError';
  /** Stable, for programs. */
  readonly code = 'ERR_INVALID_ARGUMENT';
}

/**
 * Throws if something does not have one entry per row of a matrix.
 *
 * @param found how many entries it has
 * @throws {InvalidArgumentError}
 */
export function checkEntries(name: string, found: number, rows: number): void {
  if (found === rows) return;
  throw new InvalidArgumentError(`${name} has ${found} entries for ${rows} rows: expected one for each row`);
}

/**
 * Throws where a threshold is not a number: compared with it, nothing would be near, or everything.
 *
 * @throws {InvalidArgumentError}
 */
export function checkThreshold(name: string, value: unknown): void {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new InvalidArgumentError(`${name}: expected a number, received ${JSON.stringify(value) ?? value}`);
  }
}
