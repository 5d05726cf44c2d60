/**
 * What a terminal would obey or hide instead of showing: control characters (C0, DEL, C1), line and paragraph
 * separators, marks that turn the direction of text, characters without width, tags, and halves of a character, as which
 * bytes of a file name are kept that are not UTF-8. The joiners U+200C and U+200D are left alone: emoji and Persian need them.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text as a terminal may show it on one line: what would move the cursor, change colors, turn the direction of text or be
 * invisible is written as `\n`, `\x1b`, `\u202e` or `\u{e0041}`; a byte of a file name that is not UTF-8 as `\xff`.
 *
 * Everything that a command prints goes through here, but for JSON.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT[character] ?? escaped(character.codePointAt(0)!));
}

function escaped(code: number): string {
  // A byte that is not UTF-8, as cache-npz keeps it in a path.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** Prints one line on standard error. */
export function tell(line: string): void {
  process.stderr.write(`${visible(line)}\n`);
}
