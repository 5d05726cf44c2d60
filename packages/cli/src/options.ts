import { DEFAULT_GATES, EMBED_DEFAULTS, MODEL_DEFAULTS } from '@face-sets/pipeline';
import { type Command, Option } from 'commander';
import { numberBetween, wholeNumber } from './parse-values.js';

/** Options that every sub-command has. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON on standard output')
    .option('-q, --quiet', 'hide progress');
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
      `${step}minimum shorter side of the face box in pixels; higher keeps fewer faces`,
      numberBetween(0, Infinity),
      DEFAULT_GATES.minShort,
    )
    .option(
      '--min-blur <variance>',
      `${step}minimum Laplacian variance; higher demands sharper faces`,
      numberBetween(0, Infinity),
      DEFAULT_GATES.minBlur,
    )
    .option(
      '--min-det-score <score>',
      `${step}minimum detector score; higher keeps fewer faces`,
      numberBetween(0, 1),
      DEFAULT_GATES.minDetScore,
    );
}

export function addModelOptions(command: Command): Command {
  return command
    .option('--models <dir>', 'folder of .onnx files (default: FACE_SETS_MODELS, ~/.insightface, user cache)')
    .option('--pack <name>', 'model pack', MODEL_DEFAULTS.pack)
    .option(
      '--threads <n>',
      'CPU threads per model call; higher runs fewer photos at once (default: the fastest as measured)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--provider <name>', 'where the models run')
        .choices(['cpu', 'cuda', 'dml', 'coreml', 'webgpu', 'auto'])
        .default(MODEL_DEFAULTS.provider),
    )
    .option('--no-download', 'do not download models; fail if they are missing');
}

/** Options of the sub-commands that open photos and write to the cache as they go. */
export function addPhotoWorkOptions(command: Command): Command {
  return command
    .option(
      '--concurrency <n>',
      'photos processed at the same time; higher takes more memory (default: twice the number of workers)',
      wholeNumber(1),
    )
    .option(
      '--flush-every <n>',
      'photos between two journal writes; higher writes less often, but loses more in a crash',
      wholeNumber(1),
      EMBED_DEFAULTS.flushEvery,
    );
}
