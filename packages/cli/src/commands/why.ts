import {
  type CheckedLimit,
  cacheAt,
  type ExplainedFace,
  type WhyResult,
  whyPhoto,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { COLLECTION_HELP } from '../people-options.js';
import { printResult } from '../result.js';

/** `face-sets why PHOTO OUT`. */
export function whyCommand(): Command {
  const command = new Command('why')
    .argument('<photo>', 'a photo of the cache, or a copy of one, as in an output folder')
    .argument('<out>', COLLECTION_HELP);
  return addCommonOptions(command).action(
    async (photo: string, out: string, options: CommonOptions, self: Command) => {
      const result = await whyPhoto(photo, cacheAt(out), shown(options, self));
      printResult(result, whyLines(result), options);
    },
  );
}

function whyLines({ photo, problem, faces }: WhyResult): string[] {
  return [`${photo}${problem === undefined ? '' : `: ${problem}`}`, ...faces.flatMap(faceLines)];
}

function faceLines({
  face,
  person,
  name,
  distance,
  checks,
  faceset,
  reason,
  decisions,
}: ExplainedFace): string[] {
  const who = person === null ? 'no one' : name === null ? `person ${person}` : `${name} (${person})`;
  const far = distance === null ? '' : `, ${distance.toFixed(3)} from their other faces`;
  return [
    `  ${face}: ${who}${far}`,
    `    ${faceset === null ? `in no faceset: ${reason?.message ?? 'no reason is known'}` : `in ${faceset}`}`,
    ...checks.map((check) => `    ${checkText(check)}`),
    ...decisions.map(({ id, text }) => `    ${id}: ${text}`),
  ];
}

/** What is checked, in words, and how its numbers are shown. */
const CHECKS: Record<CheckedLimit['check'], { words: string; least: boolean; decimals: number }> = {
  'short-edge': { words: 'shorter side of the face box', least: true, decimals: 1 },
  blur: { words: 'Laplacian variance', least: true, decimals: 1 },
  'det-score': { words: 'detector score', least: true, decimals: 3 },
  outlier: { words: 'distance to the centroid', least: false, decimals: 3 },
  'few-images': { words: 'good photos of the person', least: true, decimals: 0 },
};

function checkText({ check, value, limit, passed, waived }: CheckedLimit): string {
  const { words, least, decimals } = CHECKS[check];
  const found = value === null ? 'unknown' : value.toFixed(decimals);
  const verdict = waived ? `does not count: ${waived}` : passed ? 'passed' : 'failed';
  return `${words}: ${found}, ${least ? 'at least' : 'at most'} ${limit}: ${verdict}`;
}
