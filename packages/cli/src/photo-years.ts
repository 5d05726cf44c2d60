import { count, type YearCounts } from '@face-sets/pipeline';
import type { Command } from 'commander';

export function addYearOptions(command: Command): Command {
  return command.option('--path-years', "use the year in a photo's path if the file has no capture date");
}

/** The line on it for people. */
export function yearLine({ photosRead, known, fromPath, failed }: YearCounts, photos: number): string {
  return (
    `Years: known of ${known.toLocaleString('en')} of ${count(photos, 'photo')}` +
    `${fromPath > 0 ? ` (${fromPath.toLocaleString('en')} from the path)` : ''}; ` +
    `${count(photosRead, 'photo')} opened for it${failed > 0 ? `, ${failed.toLocaleString('en')} could not be read` : ''}`
  );
}
