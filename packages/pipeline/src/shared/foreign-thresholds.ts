import type { CacheModels } from '@face-sets/cache-npz';
import { calibratedRecognizers } from '@face-sets/face-embed';
import { type StepOptions, warning } from './context.js';
import { option } from './errors.js';

/**
 * Warns where default thresholds meet embeddings of another model than the one they were measured for. Every step with
 * such thresholds calls it when it knows the model.
 *
 * @param given what the caller of the step gave
 * @param thresholds options of the step that have a default which was measured
 */
export function warnOfForeignThresholds<T extends StepOptions>(
  { recognition }: Pick<CacheModels, 'recognition'>,
  given: T,
  thresholds: readonly (keyof T & string)[],
): void {
  const missing = thresholds.filter((name) => given[name] === undefined);
  if (missing.length === 0 || isCalibratedFor(recognition)) return;
  const calibrated = calibratedRecognizers().map(({ name, pack }) => `${name} (pack ${pack})`);
  warning(
    given,
    `the default thresholds are made for ${calibrated.join(', ')}, but this cache was made with ${recognition.name}: ` +
      `people may come out split or mixed; thresholds at their defaults: ${missing.map(option).join(', ')}`,
    'WARN_FOREIGN_THRESHOLDS',
  );
}

/** By its name too, since conversions of a model (half precision, other batch sizes) keep the distances. */
function isCalibratedFor({ name, sha256 }: CacheModels['recognition']): boolean {
  return calibratedRecognizers().some((model) => model.sha256 === sha256 || model.name === name);
}
