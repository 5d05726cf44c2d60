import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pathToFs } from '@face-sets/files';

/**
 * The address of a file or folder as a page can link it: relative to the page, so that it holds when both are moved
 * together. Every character but letters, digits and `-_.~` is encoded, whatever is in the name; a name that is not UTF-8 is
 * encoded byte by byte.
 *
 * @param path Absolute. A folder's address has no slash at its end.
 * @param root Folder of the page.
 * @returns On Windows the whole `file:` address where the path is on another drive; empty for the page's own folder.
 */
export function addressFrom(root: string, path: string): string {
  const way = relative(resolve(root), path);
  if (isAbsolute(way)) return pathToFileURL(path).href;
  return way.split(sep).map(encodedName).join('/');
}

/** A file's name as part of an address. */
export function encodedName(name: string): string {
  let encoded = '';
  for (const byte of Buffer.from(pathToFs(name))) {
    const character = String.fromCharCode(byte);
    encoded += /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
