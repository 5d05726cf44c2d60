import type { Command } from 'commander';
import { cosineDistance } from './parse-values.js';

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

/** The distances that {@link noteThresholds} has noted. */
export function notedThresholds(): readonly string[] {
  return defaults;
}
