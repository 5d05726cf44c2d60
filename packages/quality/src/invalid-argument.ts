/** A function was called with a value that makes no sense: the message says what was expected and what was received. */
export class InvalidArgumentError extends RangeError {
  override name = 'InvalidArgumentError';
  /** Stable, for programs. */
  readonly code = 'ERR_INVALID_ARGUMENT';
}

/** What a value is, for a message: `the string "x"`, `Array of length 3`, `-1`, `undefined`. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value !== 'object') return String(value);
  const { length } = value as { length?: unknown };
  const name = value.constructor?.name ?? 'object';
  return typeof length === 'number' ? `${name} of length ${length}` : `an object (${name})`;
}

/**
 * Throws where a list of numbers has not the length that is asked for, or one of them is not finite.
 *
 * @param what the argument, for the message
 * @throws {InvalidArgumentError}
 */
export function checkNumbers(what: string, values: unknown, length: number): void {
  const found = values as ArrayLike<unknown> | null | undefined;
  const isList = typeof values === 'object' && typeof found?.length === 'number';
  if (!isList || found.length !== length) {
    throw new InvalidArgumentError(`${what}: expected ${length} numbers, received ${described(values)}`);
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(found[i])) {
      throw new InvalidArgumentError(
        `${what}: expected ${length} finite numbers, received ${described(found[i])} at ${i}`,
      );
    }
  }
}
