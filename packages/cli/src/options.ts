import { type Command, InvalidArgumentError, Option } from 'commander';

/** An option's value as a finite number within the bounds (inclusive). */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
      const bounds = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`expected a number ${bounds}.`);
    }
    return value;
  };
}

/** An option's value as a whole number within the bounds (inclusive). */
export function wholeNumber(min: number, max = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < min || value > max) {
      const bounds = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`expected a whole number ${bounds}.`);
    }
    return value;
  };
}

/** A cosine distance, 0 (same direction) to 2 (opposite). */
export const cosineDistance = numberBetween(0, 2);

/** An option that takes several values, with commas or given again. */
export function list<T>(defaults: T[], parse: (text: string) => T): (text: string, previous: T[]) => T[] {
  return (text, previous) => [
    ...(previous === defaults ? [] : previous),
    ...text.split(',').map((part) => parse(part.trim())),
  ];
}

/** Options that every sub-command has. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON on standard output')
    .option('-q, --quiet', 'no progress on standard error');
}

/** Least demands on a face. */
export interface GateOptions {
  minShort: number;
  minBlur: number;
  minDetScore: number;
}

/**
 * Options of the steps with a quality gate.
 *
 * @param step stands before each description, where a command has several steps
 */
export function addGateOptions(command: Command, step = ''): Command {
  return command
    .option(
      '--min-short <px>',
      `${step}least shorter side of the face box, pixels`,
      numberBetween(0, Infinity),
      90,
    )
    .option(
      '--min-blur <variance>',
      `${step}least Laplacian variance; lower is blurrier`,
      numberBetween(0, Infinity),
      40,
    )
    .option('--min-det-score <score>', `${step}least detector score`, numberBetween(0, 1), 0.6);
}

/** Options of the sub-commands that run the models. */
export interface ModelOptions {
  models?: string;
  pack: string;
  threads?: number;
  provider: string;
  download: boolean;
}

export function addModelOptions(command: Command): Command {
  return command
    .option('--models <dir>', 'folder of .onnx files (default: FACE_SETS_MODELS, ~/.insightface, user cache)')
    .option('--pack <name>', 'model pack', 'buffalo_l')
    .option(
      '--threads <n>',
      'processor threads for each model call (default: as measured to be best)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--provider <name>', 'where the models run')
        .choices(['cpu', 'cuda', 'dml', 'coreml', 'webgpu', 'auto'])
        .default('cpu'),
    )
    .option('--no-download', 'fail when the models are not on this machine');
}
