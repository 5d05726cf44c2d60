/**
 * People as `identify` numbers them when it meets them for the first time: labels with two faces and more, most faces first,
 * among equals the one with the earlier face. Faces of superseded images are no one's.
 *
 * @param labels one for each row; negative for a face that is no one's
 */
export function peopleOf(
  { images, imageIndex }: { images: readonly { superseded?: boolean }[]; imageIndex: ArrayLike<number> },
  labels: readonly number[],
): { number: number; rows: number[] }[] {
  const byLabel = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) {
    if (label < 0 || images[imageIndex[row]!]!.superseded) continue;
    byLabel.set(label, [...(byLabel.get(label) ?? []), row]);
  }
  return [...byLabel.values()]
    .filter((rows) => rows.length > 1)
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!)
    .map((rows, i) => ({ number: i + 1, rows }));
}
