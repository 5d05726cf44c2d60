/**
 * What tells a folder that face-sets wrote from any other. These words are here, below every package that knows what they
 * mean, because two sides need them that may not import each other: `photos` leaves such folders out when it lists a
 * library, and `manifests` and `outputs` write them.
 */

/** The manifests that mark a folder as an output: the name of the file by the word in its `kind` field. */
export const OUTPUT_MANIFESTS = {
  cluster: 'manifest.json',
  refine: 'refine_manifest.json',
  'export-swap': 'manifest.json',
  'swap-faceset': 'manifest.json',
} as const;

/** Lists the files of an output that is being written, or whose writing was cut short. */
export const UNFINISHED_FILE = '.face-sets-files.json';

/** The page to look at an output, in its folder or in one of its own. */
export const REPORT_PAGE = 'report.html';

/** What every page of ours has in its head: a {@link REPORT_PAGE} without it is someone else's. */
export const REPORT_MARK = '<meta name="generator" content="face-sets report">';
