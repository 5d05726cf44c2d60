import ora from 'ora';

/** Shows how far a stage has come, on standard error only. */
export interface Progress {
  /** `total` 0 means that it is not known yet. `note` is appended. */
  update(done: number, total: number, note?: string): void;
  /** Ends the stage with a line that stays. */
  finish(line: string): void;
  /** Ends the stage without a word, before an error is shown. */
  stop(): void;
}

/** Lines per stage when standard error is not a terminal: one at most in this many milliseconds. */
const PLAIN_INTERVAL = 10_000;

/**
 * A progress display with count, rate and time left: a spinner on a terminal, a plain line every 10 seconds
 * elsewhere, nothing when `quiet`.
 */
export function startProgress(label: string, unit: string, options: { quiet: boolean }): Progress {
  const start = performance.now();
  let lastPlain = start;
  let text = label;
  const terminal = process.stderr.isTTY && !options.quiet;
  const spinner = terminal ? ora({ text: label, stream: process.stderr, discardStdin: false }).start() : null;
  return {
    update(done, total, note) {
      text = `${label}  ${describe(done, total, unit, performance.now() - start)}${note ? `  ${note}` : ''}`;
      if (spinner) spinner.text = text;
      else if (!options.quiet && performance.now() - lastPlain >= PLAIN_INTERVAL) {
        lastPlain = performance.now();
        process.stderr.write(`${text}\n`);
      }
    },
    finish(line) {
      if (spinner) spinner.succeed(line);
      else if (!options.quiet) process.stderr.write(`${line}\n`);
    },
    stop() {
      spinner?.stop();
    },
  };
}

/** `120/400 photos  30 %  8.1/s  35 s left`. */
function describe(done: number, total: number, unit: string, elapsed: number): string {
  const rate = elapsed > 0 ? done / (elapsed / 1000) : 0;
  if (total === 0) return `${done} ${unit}`;
  const parts = [`${done}/${total} ${unit}`, `${Math.floor((100 * done) / total)} %`];
  // The first second says little about the rest.
  if (rate > 0 && elapsed > 1000) {
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`);
    if (done < total) parts.push(`${duration((total - done) / rate)} left`);
  }
  return parts.join('  ');
}

/** A length of time for people: `42 s`, `3 min 20 s`, `5 h 10 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}
