import { readFileSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { PipelineError } from './errors.js';

/** A face of a manifest, as far as labels need it. */
export interface JudgedFace {
  source: string;
  aliases: readonly string[];
  bbox: readonly number[];
}

/** Who a face shows, or `null` if the labels do not say. */
export type Truth = (face: JudgedFace, facesInPhoto: number) => string | null;

/**
 * Reads labels that say who is who.
 *
 * - A folder that holds one folder per person: whoever is alone in a photo below `DIR/anna` is `anna`. Photos with
 *   several faces say nothing, since the folder does not say which face is meant.
 * - A CSV file with the columns `path,person` (photos with one face) or `path,person,x,y` (the face whose box holds the
 *   point, in pixels of the upright photo), with or without a header. Relative paths are below the file's folder.
 *
 * @throws {PipelineError} when it is neither, or a line is malformed.
 */
export function readTruth(path: string): Truth {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats)
    throw new PipelineError(`the truth ${path} is not there; expected a folder of people or a CSV file`);
  return stats.isDirectory() ? folderTruth(resolve(path)) : csvTruth(resolve(path));
}

function folderTruth(root: string): Truth {
  return ({ source, aliases }, facesInPhoto) => {
    if (facesInPhoto !== 1) return null;
    for (const path of [source, ...aliases]) {
      const parts = relative(root, path).split(sep);
      if (parts.length > 1 && parts[0] !== '..') return parts[0]!;
    }
    return null;
  };
}

interface Entry {
  person: string;
  point: readonly [number, number] | null;
}

function csvTruth(file: string): Truth {
  const entries = new Map<string, Entry[]>();
  for (const { record: cells, raw, info } of rowsOf(file)) {
    if (entries.size === 0 && info.records === 1 && /^path$/i.test(cells[0]!)) continue;
    const point = cells.slice(2).map(Number);
    const valid =
      (cells.length === 2 || cells.length === 4) && point.every(Number.isFinite) && cells[0] && cells[1];
    if (!valid) {
      throw new PipelineError(
        `${file}: line ${info.lines} is "${raw.trim()}"; expected path,person or path,person,x,y`,
      );
    }
    const path = resolve(file, '..', cells[0]!);
    const entry: Entry = { person: cells[1]!, point: point.length === 2 ? [point[0]!, point[1]!] : null };
    entries.set(path, [...(entries.get(path) ?? []), entry]);
  }
  return ({ source, aliases, bbox }, facesInPhoto) => {
    for (const path of [source, ...aliases]) {
      for (const { person, point } of entries.get(path) ?? []) {
        if (point ? holds(bbox, point) : facesInPhoto === 1) return person;
      }
    }
    return null;
  };
}

function holds([x1, y1, x2, y2]: readonly number[], [x, y]: readonly [number, number]): boolean {
  return x >= x1! && x <= x2! && y >= y1! && y <= y2!;
}

/** The rows of a CSV file (RFC 4180), with their text and place. */
function rowsOf(file: string): { record: string[]; raw: string; info: { lines: number; records: number } }[] {
  try {
    return parse(readFileSync(file), {
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as ReturnType<typeof rowsOf>;
  } catch (error) {
    if (error instanceof CsvError) throw new PipelineError(`${file} is not CSV: ${error.message}`);
    throw error;
  }
}
