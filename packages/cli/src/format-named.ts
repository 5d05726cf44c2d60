import { formatForTool, formatNames, formatsOf, type SwapFormat } from '@face-sets/pipeline';
import { InvalidArgumentError } from 'commander';

/**
 * A format of `--formats` by its name.
 *
 * @throws InvalidArgumentError that names the right format where the name is that of a face tool
 */
export function formatNamed(text: string): SwapFormat {
  const names = formatNames();
  const known = names.find((name) => name === text);
  if (known !== undefined) return known;
  const meant = formatForTool(text);
  if (meant !== undefined) throw new InvalidArgumentError(`for ${text} use --formats ${meant}.`);
  const model = /^in[\s_-]*swapper/i.test(text);
  const why = model ? ' (inswapper is a model; choose the tool that runs it)' : '';
  throw new InvalidArgumentError(`expected one of ${names.join(', ')}${why}.`);
}

/** The formats with what they write and for which tools, a line each, for help. */
export function formatLines(): string[] {
  const formats = formatsOf();
  const width = Math.max(...formats.map(({ name }) => name.length));
  return formats.map(({ name, help, tools }) => `  ${name.padEnd(width)}  ${help} (${tools.join(', ')})`);
}
