import { firstLine } from './name-text.js';

/** Bytes of a name in a file name; the rest of the file's name needs some too. */
const MOST_BYTES = 120;
/** Names that Windows keeps for devices, and those of our own texts. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]|name|thin)$/i;
/** What some system refuses in a file name, and what changes how a name is read without being seen. */
const REFUSED = /[\p{Cc}\p{Cs}\u2028\u2029<>:"/\\|?*]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * A name as (part of) a file name that every system takes: characters that one of them refuses, and those that turn the
 * direction of text, become `_`. It is in Unicode's composed form (NFC), begins with neither a dot nor a dash, ends with
 * neither a dot nor a space, and has at most 120 bytes.
 */
export function labelFileName(label: string): string {
  let name = label
    .normalize('NFC')
    .replace(REFUSED, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(/^-/, '_');
  if (Buffer.byteLength(name) > MOST_BYTES) name = cut(name);
  if (name === '') return '_';
  // Windows takes what is before the first dot for the name of a device.
  const stem = name.split('.', 1)[0].trimEnd();
  return RESERVED.test(stem) ? `${stem}_${name.slice(stem.length)}` : name;
}

/** As many characters as fit, none of them cut in two. */
function cut(name: string): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(name)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > MOST_BYTES) break;
    kept += segment;
  }
  return kept.replace(/[. ]+$/, '');
}

/** Who a faceset is, for {@link bundleStem}. */
export interface StemTraits {
  id: string;
  label?: string | undefined;
  era_of?: string | undefined;
}

/**
 * What the names of a faceset's bundles begin with: the name of the person as a file name, else the faceset's id. An era
 * that has no name of its own is called by its id, or its bundles would be called like those of the faceset.
 *
 * @param name Who it is; null where nobody has said.
 */
export function bundleStem({ id, label, era_of }: StemTraits, name: string | null): string {
  if (name === null || (era_of !== undefined && name === (label && firstLine(label)))) return id;
  // Without a letter or a digit it says nothing.
  const stem = labelFileName(name);
  return /[\p{L}\p{N}\p{S}]/u.test(stem) ? stem : id;
}
