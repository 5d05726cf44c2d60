import { InvalidArgumentError } from '../invalid-argument.js';

/** How the distance of two clusters follows from those of their members: their mean, greatest or least. */
export type Linkage = 'average' | 'complete' | 'single';

/** The default linkage. */
export const DEFAULT_LINKAGE: Linkage = 'average';

/** Throws a `RangeError` that lists what is expected where a linkage is not one of them. */
export function checkLinkage(linkage: string): void {
  if (linkage !== 'average' && linkage !== 'complete' && linkage !== 'single') {
    throw new InvalidArgumentError(
      `unknown linkage '${linkage}': expected 'average', 'complete' or 'single'`,
    );
  }
}

/** Throws a `RangeError` that lists what is expected where a metric is not one of them. */
export function checkMetric(metric: string): void {
  if (metric !== 'cosine' && metric !== 'euclidean') {
    throw new InvalidArgumentError(`unknown metric '${metric}': expected 'cosine' or 'euclidean'`);
  }
}
