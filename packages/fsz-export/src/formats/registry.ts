import { basename, dirname } from 'node:path/posix';
import type { CollectionFormat, FacesetFormat } from './format.js';
import { fsz } from './fsz.js';
import { images } from './images.js';
import { lora } from './lora.js';
import { rope } from './rope.js';
import { safetensors } from './safetensors.js';
import { visomaster } from './visomaster.js';

/**
 * All formats, in the order in which they are listed and written. To add one, write its file and put it here: options,
 * help, manifests, and the recognition of its files all read this list.
 */
export const FORMATS = [fsz, safetensors, visomaster, rope, images, lora] as const;

/** The name of a format. */
export type SwapFormat = (typeof FORMATS)[number]['name'];

/** The names of all formats. */
export function formatNames(): SwapFormat[] {
  return FORMATS.map(({ name }) => name);
}

/** The formats with these names; default all. */
export function formatsOf(
  names: readonly string[] = formatNames(),
): (FacesetFormat<SwapFormat> | CollectionFormat<SwapFormat>)[] {
  return FORMATS.filter(({ name }) => names.includes(name));
}

/** Those with these names that write into the folder of each faceset; default all of this kind. */
export function facesetFormats(names?: readonly string[]): FacesetFormat<SwapFormat>[] {
  return formatsOf(names).filter((format) => format.per === 'faceset');
}

/** Those with these names that write one file for all people; default all of this kind. */
export function collectionFormats(names?: readonly string[]): CollectionFormat<SwapFormat>[] {
  return formatsOf(names).filter((format) => format.per === 'collection');
}

/** The format that a face tool takes, by what its users call the tool or the format. */
export function formatForTool(tool: string): SwapFormat | undefined {
  const wanted = plain(tool);
  return formatsOf().find(({ name, tools, alsoCalled = [] }) =>
    [name, ...tools, ...alsoCalled].some((one) => plain(one) === wanted),
  )?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** Names of the folders that formats make in the folder of a faceset. */
export function formatFolders(): string[] {
  return facesetFormats().flatMap(({ folder }) => folder ?? []);
}

/**
 * Whether a file in an output has a place and a name that a format gives to its files.
 *
 * @param path Relative to the output, with `/`.
 */
export function isFormatFile(path: string): boolean {
  return formatsOf().some((format) => {
    if (format.per === 'collection') return path === format.file;
    const { folder, fileNames } = format;
    return fileNames.test(basename(path)) && (folder === undefined || basename(dirname(path)) === folder);
  });
}
