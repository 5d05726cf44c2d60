import { DEFAULT_GATES } from '@face-sets/pipeline';
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
    .option('-q, --quiet', 'no progress on standard error');
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
      DEFAULT_GATES.minShort,
    )
    .option(
      '--min-blur <variance>',
      `${step}least Laplacian variance; lower is blurrier`,
      numberBetween(0, Infinity),
      DEFAULT_GATES.minBlur,
    )
    .option(
      '--min-det-score <score>',
      `${step}least detector score`,
      numberBetween(0, 1),
      DEFAULT_GATES.minDetScore,
    );
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
