import { type DiskCost, megabytes } from '@face-sets/pipeline';

/** The line on it for people, in a dry run. */
export function costLine(cost: DiskCost): string {
  const { raw, refined, facesets, cache, total, free } = cost;
  return (
    `Space     up to ${megabytes(total)} of ${megabytes(free)} that are free: raw/ ${megabytes(raw)}, refined/ ` +
    `${megabytes(refined)}, facesets_swap_ready/ ${megabytes(facesets)}, faces.npz ${megabytes(cache)}`
  );
}
