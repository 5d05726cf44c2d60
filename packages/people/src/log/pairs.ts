/** All pairs of some items, in their order. */
export function* pairs<T>(items: readonly T[]): Generator<[T, T]> {
  for (let a = 0; a < items.length; a++)
    for (let b = a + 1; b < items.length; b++) yield [items[a], items[b]];
}
