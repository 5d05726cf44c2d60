import type { ImageRecord } from './image-record.js';

/** A path of a content, and the time of change that the file there had. */
export interface Place {
  path: string;
  /** Milliseconds since the epoch; -1 where it is not known, so that whoever compares looks at the file. */
  mtime: number;
}

/** The paths of a content: the canonical one first, then its aliases. */
export function placesOf({ path, mtime, pathAliases, aliasMtimes }: ImageRecord): Place[] {
  const aliases = pathAliases.map((alias, i) => ({ path: alias, mtime: aliasMtimes?.[i] ?? -1 }));
  return [{ path, mtime }, ...aliases];
}

/** The fields of a record for these places (at least one), the first being the canonical one. */
export function recordPlaces([first, ...aliases]: readonly Place[]): Pick<
  ImageRecord,
  'path' | 'mtime' | 'pathAliases' | 'aliasMtimes'
> {
  return {
    path: first.path,
    mtime: first.mtime,
    pathAliases: aliases.map(({ path }) => path),
    aliasMtimes: aliases.length > 0 ? aliases.map(({ mtime }) => mtime) : undefined,
  };
}
