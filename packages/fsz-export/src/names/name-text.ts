import { isUtf8 } from 'node:buffer';

/** More characters of a name are cut off: no page, file name or terminal has room for them. */
const MOST_CHARACTERS = 200;
/** What separates lines, in any of the texts that a name may come from. */
const LINE_BREAKS = /[\r\n\u2028\u2029\u0085\v\f]+/;
/** The characters 0x80 to 0x9f of Windows-1252, where Latin-1 has controls; those without a character stay controls. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
/** A line of nothing but these shows nothing. */
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Z}]*$/u;

/**
 * The text of a file that someone wrote with any editor: UTF-8 or UTF-16 with or without a byte order mark, else
 * Windows-1252, which has the letters of Latin-1 in the same places. Never fails.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return decode('utf-8', bytes);
  if (first === 0xff && second === 0xfe) return decode('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return decode('utf-16be', bytes);
  const utf16 = utf16WithoutMark(bytes);
  if (utf16) return decode(utf16, bytes);
  return isUtf8(bytes) ? decode('utf-8', bytes) : decodeWindows1252(bytes);
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** Not every build of Node.js has a decoder for it that differs from Latin-1. */
function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80]);
}

/**
 * UTF-16 that has no byte order mark is told by its zero bytes: all of them are the upper halves of characters, and there
 * are many, or one belongs to a line break. Other text has none.
 */
function utf16WithoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length === 0 || bytes.length % 2 !== 0) return null;
  const zeros = [0, 0];
  const breaks = [false, false];
  for (let at = 0; at < bytes.length; at += 2) {
    for (const upper of [0, 1]) {
      if (bytes[at + upper] !== 0) continue;
      zeros[upper]++;
      const lower = bytes[at + 1 - upper];
      if (lower === 0x0a || lower === 0x0d) breaks[upper] = true;
    }
  }
  for (const upper of [0, 1]) {
    if (zeros[1 - upper] > 0) continue;
    if (breaks[upper] || zeros[upper] >= 0.4 * bytes.length) return upper === 1 ? 'utf-16le' : 'utf-16be';
  }
  return null;
}

/**
 * The name in a text: its first line on which there is something to see, without spaces around it, in Unicode's composed
 * form (NFC), cut off after 200 characters.
 *
 * @returns null where there is no such line.
 */
export function firstLine(text: string): string | null {
  const line = text.split(LINE_BREAKS).find((one) => !INVISIBLE.test(one));
  if (line === undefined) return null;
  const characters = [...line.trim().normalize('NFC')];
  if (characters.length <= MOST_CHARACTERS) return characters.join('');
  return `${characters.slice(0, MOST_CHARACTERS).join('')}…`;
}
