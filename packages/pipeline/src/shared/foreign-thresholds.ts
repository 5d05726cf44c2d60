import type { CacheModels } from '@face-sets/cache-npz';
import { calibratedRecognizers } from '@face-sets/face-embed';
import { type StepOptions, warning } from './context.js';

/**
 * Whether the default thresholds are made for a recognition model. Its name is enough, since conversions of a model (half
 * precision, other batch sizes) keep the distances.
 */
export function isCalibratedFor({ name, sha256 }: { name: string; sha256: string }): boolean {
  return calibratedRecognizers().some((model) => model.sha256 === sha256 || model.name === name);
}

/** The warning about default thresholds that meet embeddings of another model. */
export function foreignThresholdsText(model: string, thresholds: readonly string[]): string {
  const calibrated = calibratedRecognizers().map(({ name, pack }) => `${name} (pack ${pack})`);
  return (
    `the default thresholds are made for ${calibrated.join(', ')}, but this cache was made with ${model}: ` +
    `people may come out split or mixed. "face-sets calibrate" finds a threshold for your photos; ` +
    `thresholds at their defaults: ${thresholds.join(', ')}`
  );
}

/** Warns where thresholds that were not given meet embeddings of another model. */
export function warnOfForeignThresholds(
  { recognition }: Pick<CacheModels, 'recognition'>,
  given: StepOptions,
  thresholds: readonly string[],
): void {
  const missing = thresholds.filter((name) => (given as Record<string, unknown>)[name] === undefined);
  if (missing.length === 0 || isCalibratedFor(recognition)) return;
  warning(given, foreignThresholdsText(recognition.name, missing));
}
