import {
  CALIBRATE_DEFAULTS,
  type CalibrateOptions,
  type CalibrateResult,
  calibrate,
  count,
  LEAST_SAME_PAIRS,
} from '@face-sets/pipeline';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { numberBetween } from '../parse-values.js';
import { capped, printResult } from '../result.js';

/** `face-sets calibrate CACHE`. */
export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option(
      '--false-match-rate <rate>',
      'share of pairs of different people allowed below the threshold; higher suggests a higher threshold',
      rate,
      CALIBRATE_DEFAULTS.falseMatchRate,
    )
    .option(
      '--burst-seconds <s>',
      'photos at most this many seconds apart count as one burst; higher finds more, but less reliable, pairs of one person',
      numberBetween(0, 3600),
      CALIBRATE_DEFAULTS.burstSeconds,
    )
    .option('--out <file>', 'write the result and the full curve as JSON')
    .option('--plot <file>', 'draw distances and errors as an SVG image');
  return addCommonOptions(command).action(
    async (cache: string, options: CalibrateOptions & CommonOptions, self: Command) => {
      const result = await calibrate(cache, shown(options, self));
      printResult(result, calibrateLines(result, options), options);
    },
  );
}

function rate(text: string): number {
  const value = numberBetween(0, 0.5)(text);
  if (value === 0 || value === 0.5) throw new InvalidArgumentError('expected a number between 0 and 0.5.');
  return value;
}

function calibrateLines(result: CalibrateResult, { out, plot }: CalibrateOptions): string[] {
  const { suggested, pairs, interval, doubts, selfPairs, curve, outdatedDuplicates } = result;
  const percent = (value: number) => `${(100 * value).toFixed(2).padStart(6)} %`;
  const shown = curve.filter(
    (point) => Math.abs(point.threshold * 20 - Math.round(point.threshold * 20)) < 1e-6,
  );
  const near = shown.filter((point) => Math.abs(point.threshold - suggested.threshold) <= 0.26);
  const row = (point: typeof suggested, text: string) =>
    `  ${text.padEnd(9)}  ${percent(point.falseMatch)}  ${percent(point.fittedFalseMatch)}` +
    (pairs.same > 0 ? `  ${percent(point.falseNonMatch)}` : '');
  return [
    `Suggested threshold for ${result.model}: ${suggested.threshold.toFixed(3)}` +
      (interval.every(Number.isFinite)
        ? ` (${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}, 90 % interval)`
        : ''),
    `Expected error: ${percent(suggested.fittedFalseMatch).trim()} of the pairs of different people are nearer (as fitted; ${percent(suggested.falseMatch).trim()} as seen)` +
      (pairs.same >= LEAST_SAME_PAIRS
        ? `, ${percent(suggested.falseNonMatch).trim()} or more of the pairs of one person are not`
        : ''),
    ...(doubts.length > 0 ? ['Do not trust it:', ...doubts.map((doubt) => `  ${doubt}`)] : []),
    '',
    `From ${count(pairs.different, 'pair')} of different people (two in one photo) and ${count(pairs.same, 'pair')} of one person`,
    ...(outdatedDuplicates
      ? [`Not used: ${outdatedDuplicates}, as the cache has changed since; run dedup again`]
      : []),
    ...(selfPairs.length > 0
      ? [
          `Left out: ${count(selfPairs.length, 'pair')} that look like one person twice in a photo (a mirror, a collage):`,
          ...capped(
            selfPairs.map(({ source, distance }) => `  ${distance.toFixed(3)}  ${source}`),
            5,
          ),
        ]
      : []),
    ...(result.dismissedRuns > 0
      ? [
          `Skipped: ${count(result.dismissedRuns, 'long run')} of files saved moments apart, which look copied rather than taken by a camera`,
        ]
      : []),
    ...(result.dismissedBursts > 0
      ? [
          `Skipped: ${count(result.dismissedBursts, 'pair')} of files saved moments apart: most show different people, so they are not bursts`,
        ]
      : []),
    '',
    `  threshold  different people taken for one${pairs.same > 0 ? '   one person' : ''}`,
    `                seen      fitted${pairs.same > 0 ? '          missed' : ''}`,
    ...near.map((point) => row(point, point.threshold.toFixed(2))),
    row(suggested, `${suggested.threshold.toFixed(3)} ←`),
    ...(out ? ['', `JSON: ${out}`] : []),
    ...(plot ? [...(out ? [] : ['']), `Plot: ${plot}`] : []),
  ];
}
