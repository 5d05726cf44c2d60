import { count } from '@face-sets/pipeline';
import { visible } from './terminal.js';
import { takeWarnings } from './warnings.js';

/** Prints a command's result on standard output: as JSON, or as the lines a person reads. */
export function printResult(result: object, lines: readonly string[], options: { json?: boolean }): void {
  process.stdout.write(
    options.json
      ? `${JSON.stringify(withWarnings(result), null, 2)}\n`
      : `${lines.map(visible).join('\n')}\n`,
  );
}

function withWarnings(result: object): object {
  const warnings = takeWarnings();
  return warnings.length === 0 || Array.isArray(result) ? result : { ...result, warnings };
}

/** At most `limit` lines, then one that says how many more there are. */
export function capped(lines: readonly string[], limit = 20): string[] {
  return lines.length <= limit
    ? [...lines]
    : [...lines.slice(0, limit), `  … and ${lines.length - limit} more (all of them with --json)`];
}

/** How many faces there are for each reason: `blur 3, few-images 12`. */
export function reasonList(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([code, n]) => `${code} ${n}`)
    .join(', ');
}

/** The line for the faces that were left out; none where there are none. */
export function rejectedLines(summary: {
  rejected: number;
  rejected_by: Readonly<Record<string, number>>;
}): string[] {
  const reasons = reasonList(summary.rejected_by);
  return reasons ? [`${count(summary.rejected, 'face')} left out: ${reasons}`] : [];
}

/** Lines for the photos that could not be placed in output folders, each of them in as many as it belongs to. */
export function skippedFiles(errors: readonly { source: string; file: string; message: string }[]): string[] {
  if (errors.length === 0) return [];
  return [
    `${count(new Set(errors.map(({ source }) => source)).size, 'photo')} could not be placed:`,
    ...capped(errors.map(({ file, message }) => `  ${file}: ${message}`)),
  ];
}
