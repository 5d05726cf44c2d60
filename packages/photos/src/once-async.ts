/**
 * A function that runs `make` on its first call and gives the same promise from then on; a failed attempt is
 * forgotten, so that the next call tries again.
 *
 * `p-memoize` does the same, but its current version needs Node.js 22; this package runs on 20.
 */
export function onceAsync<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | null = null;
  return () => {
    if (value === null) {
      value = make();
      value.catch(() => {
        value = null;
      });
    }
    return value;
  };
}
