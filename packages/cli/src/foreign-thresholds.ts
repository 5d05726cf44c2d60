import type { CacheMeta } from '@face-sets/cache-npz';
import { INSWAPPER_RECOGNIZER as CALIBRATED } from '@face-sets/fsz-export';
import type { Command } from 'commander';
import { cosineDistance } from './options.js';
import { warn } from './warnings.js';

/** Options of the command that runs which are cosine distances and have their default value. */
let defaults: string[] = [];

/** Notes which distances the command that is about to run takes from the defaults. */
export function noteThresholds(command: Command): void {
  defaults = command.options
    .filter(
      (option) =>
        option.parseArg === cosineDistance &&
        command.getOptionValueSource(option.attributeName()) === 'default',
    )
    .map(({ long }) => long!);
}

/**
 * Warns where default distances meet embeddings of another model than the one they are made for. That model goes by its
 * SHA-256, or by its name, since conversions of it (half precision, other batch sizes) keep the distances.
 */
export function warnOfForeignThresholds({ models }: CacheMeta): void {
  const { name, sha256 } = models.recognition;
  if (defaults.length === 0 || sha256 === CALIBRATED.sha256 || name === CALIBRATED.name) return;
  warn(
    `the default thresholds are made for ${CALIBRATED.name} (pack buffalo_l), but this cache was made with ${name}: ` +
      `people may come out split or mixed. "face-sets calibrate" finds a threshold for your photos; ` +
      `at their default are ${defaults.join(', ')}`,
  );
}
