import type { WrittenReport } from '@face-sets/pipeline';
import { count, groupsOf, isRunFolder, report } from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets report OUT`. */
export function reportCommand(): Command {
  const command = new Command('report').argument(
    '<out>',
    'output folder of cluster, refine, export-swap or run, or the .duplicates.json of dedup',
  );
  return addCommonOptions(command).action(async (out: string, options: CommonOptions, self: Command) => {
    const reports = await report(out, shown(options, self));
    const result = isRunFolder(out) ? { reports } : reports[0]!;
    printResult(result, reports.flatMap(reportLines), options);
  });
}

/** The result for people. */
export function reportLines(written: WrittenReport): string[] {
  const { path, faces, thumbnails } = written;
  const { rendered, copied, unchanged, missing } = thumbnails;
  return [
    `${path}: ${groupsOf(written)}, ${count(faces, 'picture')} ` +
      `(${rendered + copied} new, ${unchanged} kept)`,
    ...(missing > 0 ? [`${count(missing, 'picture')} missing: the photo is gone or has changed`] : []),
  ];
}
