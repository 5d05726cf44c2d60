/** Files that programs and systems keep beside photos, and that nobody means by "my photos". */
export type SideFileKind =
  /** Small copies: of Synology, QNAP, desktops, Lightroom's previews, derivatives of Apple's libraries. */
  | 'thumbnails'
  /** What was deleted. */
  | 'trash'
  /** Former states of a whole disk. */
  | 'snapshots'
  /** Data about a file of the same name, and originals that a program kept when it changed a photo. */
  | 'side files'
  /** Other names that begin with a dot. */
  | 'hidden';

/** Names of folders and files as programs write them, lower case; compared in any case. */
const NAMES: Record<string, SideFileKind> = {
  '@eadir': 'thumbnails',
  '.@__thumb': 'thumbnails',
  '.thumbnails': 'thumbnails',
  '.thumbnail': 'thumbnails',
  '.thumbs': 'thumbnails',
  '#recycle': 'trash',
  '@recycle': 'trash',
  '$recycle.bin': 'trash',
  recycler: 'trash',
  '.trash': 'trash',
  '.trashes': 'trash',
  '.dtrash': 'trash',
  '.recycle': 'trash',
  '#snapshot': 'snapshots',
  '@recently-snapshot': 'snapshots',
  '.snapshot': 'snapshots',
  '.snapshots': 'snapshots',
  '.zfs': 'snapshots',
  __macosx: 'side files',
  '.appledouble': 'side files',
  '.picasaoriginals': 'side files',
  'system volume information': 'hidden',
};

/** The same by how a name looks; the first that fits counts. */
const PATTERNS: [RegExp, SideFileKind][] = [
  [/^synophoto_thumb/, 'thumbnails'],
  [/\.lrdata$/, 'thumbnails'],
  [/^\.trash-/, 'trash'],
  [/^\.trashed-/, 'trash'],
  [/^\._/, 'side files'],
  [/^\./, 'hidden'],
];

/** A library of Apple's programs: a folder that is shown as one file. */
const APPLE_LIBRARY = /\.(photoslibrary|photolibrary|migratedphotolibrary|aplibrary)$/;
/** Where such a library keeps the photos themselves; all else in it is made from them. */
const APPLE_ORIGINALS = ['originals', 'masters'];

/**
 * What kind of side file a file or folder is, or `null` where it is none, by its name alone.
 *
 * @param name of the file or folder
 * @param parent name of the folder that it is in
 */
export function sideFileKind(name: string, parent: string): SideFileKind | null {
  const lower = name.toLowerCase();
  const named = Object.hasOwn(NAMES, lower) ? NAMES[lower]! : null;
  const kind = named ?? PATTERNS.find(([pattern]) => pattern.test(lower))?.[1] ?? null;
  if (kind) return kind;
  if (APPLE_LIBRARY.test(parent.toLowerCase()) && !APPLE_ORIGINALS.includes(lower)) return 'thumbnails';
  return null;
}

/**
 * The same for a path below a source: what makes the listing leave it out.
 *
 * @param parts names from the source down
 * @param root name of the source itself, which was asked for and is not a side file
 */
export function sideFileKindBelow(parts: readonly string[], root: string): SideFileKind | null {
  for (const [i, name] of parts.entries()) {
    const kind = sideFileKind(name, parts[i - 1] ?? root);
    if (kind) return kind;
  }
  return null;
}
