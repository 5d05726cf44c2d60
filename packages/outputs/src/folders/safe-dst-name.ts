import { createHash } from 'node:crypto';

/** The longest name that {@link safeDstName} returns, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 200;

/** What stands for a path separator in a name. */
const SEPARATOR = '__';
/** Stands before the hash. A plain name never has it, so plain and hashed names cannot meet. */
const HASH_MARK = '~';
const HASH_CHARS = 12;
const BASE32 = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * Names Windows keeps for devices, whatever follows the first dot.
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** What some file system forbids, and characters that are not seen. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*\ufffd]/gu;
const PLAIN_SEGMENT = /^[a-z0-9_-][a-z0-9._ -]*$/;
const WINDOWS_PATH = /^(?:[A-Za-z]:[\\/]|\\\\)/;
const EXTENSION = /^(.+?)(\.[^.\s]{1,20})$/u;

/**
 * The file name under which a photo appears in every output: its absolute path laid flat.
 *
 * - `/photos/2019/beach.jpg` → `photos__2019__beach.jpg`. A path of lower-case ASCII letters, digits, `-`,
 *   `_`, `.` and inner spaces stays as it is and can be read back by splitting at `__`.
 * - `/home/Ann/IMG_1.JPG` → `home__Ann__IMG_1~zth34zcf89v2.JPG`. Any other path gets 60 bits of the path's
 *   SHA-256: capitals (file systems of Windows and macOS do not tell `IMG.jpg` from `img.jpg`), letters
 *   outside ASCII (macOS does not tell composed from decomposed accents), characters that some system
 *   forbids (shown as `_`), device names such as `CON`, and names whose `__` would be ambiguous.
 * - Paths of more than {@link MAX_NAME_BYTES} bytes keep their tail, and the hash.
 *
 * Distinct paths get names that are distinct on every file system; a name is never empty, `.`, `..` or
 * hidden, holds no separator, does not end in a dot or space, and keeps the path's extension.
 *
 * @param absPath Absolute path in POSIX form (`/a/b`), with a Windows drive (`C:\a`, `C:/a`) or UNC
 *   (`\\server\share\a`). It is not normalized: give the path as it is recorded in the cache.
 * @throws TypeError when the path is not absolute.
 */
export function safeDstName(absPath: string): string {
  const windows = WINDOWS_PATH.test(absPath);
  if (!windows && !absPath.startsWith('/')) {
    throw new TypeError(
      `safeDstName: "${absPath}" is a relative path; expected an absolute one: resolve it first`,
    );
  }
  if (!windows) {
    const plain = plainName(absPath.slice(1));
    if (plain !== null) return plain;
  }
  return hashedName(absPath, windows);
}

/** The name without a hash, or null where it would be ambiguous, unsafe or too long. */
function plainName(path: string): string | null {
  const segments = path.split('/');
  if (!segments.every((segment) => PLAIN_SEGMENT.test(segment))) return null;
  const name = segments.join(SEPARATOR);
  if (name.length > MAX_NAME_BYTES || !isSafe(name)) return null;
  // Underscores of the path itself beside a separator make two readings possible.
  const readBack = name.split(SEPARATOR);
  const same = readBack.length === segments.length && readBack.every((segment, i) => segment === segments[i]);
  return same ? name : null;
}

function isSafe(name: string): boolean {
  return !/[. ]$/.test(name) && !name.startsWith('.') && !RESERVED.test(deviceStem(name));
}

/** The part of a name that Windows compares with its device names. */
function deviceStem(name: string): string {
  return name.split('.', 1)[0].trimEnd();
}

function hashedName(path: string, windows: boolean): string {
  const segments = path.split(windows ? /[\\/]+/ : /\/+/).filter((segment) => segment !== '');
  // toWellFormed: a lone surrogate has no UTF-8 form; the hash below still tells it from any other.
  const flat = toWellFormed(segments.map((segment) => segment.replace(/:$/, '')).join(SEPARATOR))
    .normalize('NFC')
    .replace(FORBIDDEN, '_');
  const [, stem, extension] = EXTENSION.exec(flat) ?? ['', flat, ''];
  const suffix = HASH_MARK + hashOf(path) + extension;
  let text = tailOf(stem, MAX_NAME_BYTES - Buffer.byteLength(suffix) - 1);
  text = text.replace(/^[\s.\p{M}]+/u, '');
  if (text === '' || RESERVED.test(deviceStem(text + suffix))) text = `_${text}`;
  return text + suffix;
}

/** Base-32 of the SHA-256 of the path's UTF-16 code units, so that nothing is lost before hashing. */
function hashOf(path: string): string {
  const digest = createHash('sha256').update(Buffer.from(path, 'utf16le')).digest();
  let bits = digest.readBigUInt64BE(0);
  let text = '';
  for (let i = 0; i < HASH_CHARS; i++) {
    text += BASE32[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text;
}

/** The last characters of a text that fit in so many bytes of UTF-8; no character is cut in two. */
function tailOf(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const characters = Array.from(text);
  let bytes = 0;
  let from = characters.length;
  while (from > 0) {
    bytes += Buffer.byteLength(characters[from - 1]);
    if (bytes > maxBytes) break;
    from--;
  }
  return characters.slice(from).join('');
}

/** `String.prototype.toWellFormed`, which TypeScript's ES2023 library does not know. */
function toWellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
