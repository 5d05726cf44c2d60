import { SWAP_FORMATS, type SwapFormat } from '@face-sets/pipeline';
import { InvalidArgumentError } from 'commander';

/** What the users of face tools call a format, in lower case and without spaces, hyphens and underscores. */
const FORMAT_OF = new Map<string, SwapFormat>([
  ['roop', 'fsz'],
  ['roopunleashed', 'fsz'],
  ['.fsz', 'fsz'],
  ['faceset', 'fsz'],
  ['reactor', 'safetensors'],
  ['safetensor', 'safetensors'],
  ['.safetensors', 'safetensors'],
  ['comfyui', 'safetensors'],
  ['visomasterfusion', 'visomaster'],
  ['ropenext', 'rope'],
  ['ropepearl', 'rope'],
  ['facefusion', 'images'],
  ['deepfacelab', 'images'],
  ['dfl', 'images'],
  ['faceswap', 'images'],
  ['deeplivecam', 'images'],
  ['ipadapter', 'images'],
  ['instantid', 'images'],
  ['png', 'images'],
  ['crops', 'images'],
  ['faces', 'images'],
  ['kohya', 'lora'],
  ['dreambooth', 'lora'],
  ['flux', 'lora'],
  ['training', 'lora'],
  ['kohyass', 'lora'],
]);

/**
 * A format of `--format` by its name.
 *
 * @throws InvalidArgumentError that names the right format where the name is that of a face tool
 */
export function formatNamed(text: string): SwapFormat {
  const known = SWAP_FORMATS.find((format) => format === text);
  if (known !== undefined) return known;
  const name = text.toLowerCase().replace(/[\s_-]/g, '');
  const meant = FORMAT_OF.get(name) ?? SWAP_FORMATS.find((format) => format === name);
  if (meant !== undefined) throw new InvalidArgumentError(`for ${text} use --format ${meant}.`);
  const why = name.startsWith('inswapper') ? ' (inswapper is a model; choose the tool that runs it)' : '';
  throw new InvalidArgumentError(`expected one of ${SWAP_FORMATS.join(', ')}${why}.`);
}
