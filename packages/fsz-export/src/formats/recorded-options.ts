import type { OptionValues } from '@face-sets/manifests';
import { formatNames } from './registry.js';
import { type ExportSwapOptions, SELECT_MODES } from './swap-options.js';

const NUMBERS = [
  'duplicateDistance',
  'outlierThreshold',
  'padRatio',
  'outSize',
  'minFaceShort',
  'minFaces',
  'maxCropDistance',
] as const;

/**
 * The options that an output was exported with, from its manifest, so that what is added to it later looks the same. What
 * concerns eras alone is left out: their own manifest has it.
 * What a manifest of another version says of options that are not known is left out.
 */
export function recordedOptions(values: Readonly<OptionValues>): ExportSwapOptions {
  const options: ExportSwapOptions = {};
  for (const name of NUMBERS) {
    const value = values[name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)];
    if (typeof value === 'number') options[name] = value;
  }
  const numbers = (value: unknown): number[] | undefined =>
    Array.isArray(value) && value.every((n) => typeof n === 'number') && value.length > 0 ? value : undefined;
  const { select, formats, trigger_word: word } = values;
  options.topN = numbers(values.top_n);
  options.verifySizes = numbers(values.verify_sizes);
  options.select = SELECT_MODES.find((mode) => mode === select);
  if (Array.isArray(formats)) {
    const known = formatNames().filter((format) => (formats as unknown[]).includes(format));
    if (known.length > 0) options.formats = known;
  }
  if (typeof word === 'string') options.triggerWord = word;
  return options;
}
