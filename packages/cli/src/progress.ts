import { styleText } from 'node:util';
import cliTruncate from 'cli-truncate';
import type { Ora } from 'ora';
import ora from 'ora';
import { Rate } from './rate.js';
import { tell, visible } from './terminal.js';

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

/** Columns that the spinner and the space behind it take, and one that stays free so that no terminal wraps. */
const SPINNER_COLUMNS = 3;

/** Stages under way that have a spinner, the innermost last: only this one is shown. */
const stages: Spinner[] = [];

/**
 * A progress display with count, rate and time left: a spinner on a terminal, a plain line every 10 seconds
 * elsewhere, nothing when `quiet`. A stage that begins during another one is shown in its place until it ends.
 */
export function startProgress(label: string, unit: string, options: { quiet: boolean }): Progress {
  const rate = new Rate();
  let lastPlain = performance.now();
  const spinner = options.quiet || !canSpin() ? null : new Spinner(label);
  return {
    update(done, total, note) {
      const now = performance.now();
      rate.add(now / 1000, done);
      const text = `${label}  ${describe(done, total, unit, rate.perSecond(now / 1000))}${note ? `  ${note}` : ''}`;
      if (spinner) spinner.show(text);
      else if (!options.quiet && now - lastPlain >= PLAIN_INTERVAL) {
        lastPlain = now;
        tell(text);
      }
    },
    finish(line) {
      if (spinner) spinner.end(line);
      else if (!options.quiet) tell(line);
    },
    stop() {
      spinner?.end();
    },
  };
}

/**
 * Whether standard error is a terminal on which a line can be drawn again. Terminals that programs make (`script`,
 * `expect`) may have no columns, which the spinner would divide by.
 */
function canSpin(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb' && process.stderr.columns > 0;
}

/** One line of a terminal, drawn again and again; of several only the innermost. */
class Spinner {
  readonly #ora: Ora;
  #text: string;

  constructor(text: string) {
    this.#text = text;
    // The library colors by itself, whatever NO_COLOR says.
    const color = process.stderr.hasColors() ? 'cyan' : false;
    this.#ora = ora({ stream: process.stderr, discardStdin: false, isEnabled: true, color });
    stages.at(-1)?.hide();
    stages.push(this);
    this.draw();
  }

  show(text: string): void {
    this.#text = text;
    if (stages.at(-1) === this) this.draw();
  }

  /** @param line stays; nothing does where there is none */
  end(line?: string): void {
    const at = stages.indexOf(this);
    if (at < 0) return;
    const shown = stages.at(-1);
    stages.splice(at, 1);
    shown?.hide();
    if (line !== undefined) {
      const mark = process.stderr.hasColors() ? styleText('green', '✔', { validateStream: false }) : '✔';
      process.stderr.write(`${mark} ${visible(line)}\n`);
    }
    stages.at(-1)?.draw();
  }

  hide(): void {
    this.#ora.stop();
  }

  draw(): void {
    const columns = Math.max(10, process.stderr.columns ?? 80);
    this.#ora.text = cliTruncate(visible(this.#text), columns - SPINNER_COLUMNS);
    if (!this.#ora.isSpinning) this.#ora.start();
  }
}

/** `120/400 photos  30 %  8.1/s  35 s left`. */
function describe(done: number, total: number, unit: string, rate: number | null): string {
  if (total === 0) return `${done} ${unit}`;
  const parts = [`${done}/${total} ${unit}`, `${Math.floor((100 * done) / total)} %`];
  if (rate !== null) {
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`);
    if (done < total) parts.push(`${timeLeft((total - done) / rate)} left`);
  }
  return parts.join('  ');
}

/** A length of time that is not known to the second: rounded to what a rate can tell. */
function timeLeft(seconds: number): string {
  const step = seconds < 60 ? 5 : seconds < 600 ? 30 : seconds < 7200 ? 60 : 600;
  return duration(Math.max(step, Math.round(seconds / step) * step));
}

/** A length of time for people: `42 s`, `3 min 20 s`, `5 h 10 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}
