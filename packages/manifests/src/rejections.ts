import { measuredText } from '@face-sets/quality';
import { rounded } from './manifest-json.js';
import type { Rejection } from './manifest-parts.js';

/** A reason with a measured value against a limit; a value that is not finite is left out. */
export function rejection(code: string, value: number, limit: number, message: string): Rejection {
  const measured = Number.isFinite(value) ? { value: rounded(value, 6) } : {};
  return { code, ...measured, limit, message };
}

/** The message of the reason `outlier`. */
export function outlierMessage(distance: number, limit: number): string {
  return `cosine distance ${measuredText(distance, limit)} to the centroid is above ${limit}`;
}

/** The number of reasons by code, in alphabetical order. */
export function countByCode(reasons: Iterable<Rejection>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of reasons) counts[code] = (counts[code] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
