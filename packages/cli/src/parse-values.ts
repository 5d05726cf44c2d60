import { InvalidArgumentError } from 'commander';

/** An option's value as a finite number within the bounds (inclusive). */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
      const bounds = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`expected a number ${bounds}.`);
    }
    return value;
  };
}

/** An option's value as a whole number within the bounds (inclusive). */
export function wholeNumber(min: number, max = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < min || value > max) {
      const bounds = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`expected a whole number ${bounds}.`);
    }
    return value;
  };
}

/** A cosine distance, 0 (same direction) to 2 (opposite). */
export const cosineDistance = numberBetween(0, 2);

/** An option that takes several values, with commas or given again. */
export function list<T>(
  defaults: readonly T[],
  parse: (text: string) => T,
): (text: string, previous: readonly T[]) => readonly T[] {
  return (text, previous) => [
    ...(previous === defaults ? [] : previous),
    ...text.split(',').map((part) => parse(part.trim())),
  ];
}
