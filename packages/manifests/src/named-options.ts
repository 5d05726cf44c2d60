import type { OptionValues } from './manifest-parts.js';

/** Options under the names that manifests give them: `minFaces` → `min_faces`. */
export function namedOptions(options: Readonly<OptionValues>): OptionValues {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [recordedName(name), value]));
}

/**
 * The options that a manifest has, under their own names: what {@link namedOptions} did, undone.
 *
 * @param values the options in the manifest
 * @param known the options that are wanted, with values such as they may have. What the manifest has of another type is left
 *   out, as are empty lists: another version may have written them.
 */
export function recordedOptions<T extends object>(values: Readonly<OptionValues>, known: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, example]) => {
      const value = values[recordedName(name)];
      return isLike(value, example) ? [[name, value]] : [];
    }),
  ) as Partial<T>;
}

function isLike(value: unknown, example: unknown): boolean {
  if (!Array.isArray(example)) return typeof value === typeof example && !Array.isArray(value);
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === typeof example[0]);
}

function recordedName(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
