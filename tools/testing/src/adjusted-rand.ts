/** Adjusted Rand index of two labelings (Hubert and Arabie, 1985): 1 for the same, about 0 for unrelated ones. */
export function adjustedRand(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const sizes = (labels: readonly (number | string)[]) => {
    const counts = new Map<number | string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0);
  };
  const both = sizes(a.map((label, i) => `${label} ${b[i]}`));
  const [ofA, ofB] = [sizes(a), sizes(b)];
  const expected = (ofA * ofB) / pairs(a.length);
  return (both - expected) / ((ofA + ofB) / 2 - expected);
}
