import { isUtf8 } from 'node:buffer';

/**
 * Where file names are bytes (everywhere but Windows), some are not UTF-8: names from old systems and archives. They
 * are kept in strings as Python does (PEP 383, "surrogateescape"): each byte that belongs to no character becomes
 * the lone surrogate U+DC00 + byte, which no well-formed text contains. `json.loads` and `os.fsencode` of Python turn
 * a path of `images.jsonl` back into the same bytes.
 */
const ESCAPE = 0xdc00;
const ESCAPED = /[\udc80-\udcff]/;
const LONE_ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/**
 * The path or name that these bytes stand for.
 *
 * @param bytes as `readdir` with `encoding: 'buffer'` gives them
 */
export function pathFromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let path = '';
  for (let at = 0; at < buffer.length; ) {
    const length = characterLength(buffer, at);
    path +=
      length === 0 ? String.fromCharCode(ESCAPE + buffer[at]) : buffer.toString('utf8', at, at + length);
    at += length || 1;
  }
  return path;
}

/** Bytes of the UTF-8 character that begins at `at`; 0 where none does. */
function characterLength(buffer: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(at, at + length))) return length;
  }
  return 0;
}

/**
 * What to hand to `node:fs` for a path: the path itself, or its bytes where it has some that are not UTF-8.
 *
 * @param path as {@link pathFromBytes} gives it, or any other
 */
export function pathToFs(path: string): string | Buffer {
  if (!ESCAPED.test(path) || !LONE_ESCAPED.test(path) || process.platform === 'win32') return path;
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    const afterHigh = at > 0 && (path.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if (code < ESCAPE + 0x80 || code > ESCAPE + 0xff || afterHigh) continue;
    parts.push(Buffer.from(path.slice(from, at)), Buffer.of(code - ESCAPE));
    from = at + 1;
  }
  parts.push(Buffer.from(path.slice(from)));
  return Buffer.concat(parts);
}
