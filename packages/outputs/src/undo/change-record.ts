import { errorCode, errorText, readRegularFile } from '@face-sets/files';
import { facesetFolder, facesetOrEraId, sha256 } from '@face-sets/manifests';
import { z } from 'zod';
import { UndoError } from '../errors.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import type { TreeEntry } from './file-tree.js';

/** What a change did to a path. */
export interface PathChange {
  path: string;
  before?: TreeEntry;
  after?: TreeEntry;
  /** Name of the saved file. */
  saved?: string;
}

/** A change that is done. */
export interface ChangeRecord {
  /** Name of the operation. */
  operation: string;
  /** When it was done, ISO 8601. */
  at: string;
  changes: PathChange[];
  /** Folders that facesets may be in, after the change: their owner may rename them. */
  folders: {
    path: string;
    inode: string;
    /** Of the faceset in it, where the change has done something there. */
    id?: string;
  }[];
}

/** A path below the output, but not in the store: what was recorded is brought back there. */
const path = facesetFolder.refine(
  (text) => text.split('/')[0].toLowerCase() !== UNDO_FOLDER,
  'expected a path beside the store',
);
/** A decimal number that a 64-bit counter can hold. */
const number = z.string().regex(/^\d{1,20}$/, 'expected a whole number');
/** Permission bits; a file of an output runs with nobody's rights but the caller's. */
const fileMode = z.int().min(0).max(0o777);
const folderMode = z.int().min(0).max(0o3777);
/** Name of a saved file; see `savedPath`. */
const saved = z.string().regex(/^\d{1,9}$/, 'expected the number of a saved file');

const entry = z.union([
  z.strictObject({
    type: z.literal('file'),
    mode: fileMode,
    size: z.int().nonnegative(),
    mtime: z.string().regex(/^-?\d{1,20}$/, 'expected nanoseconds'),
    inode: number,
    sha256: sha256.optional(),
  }),
  z.strictObject({ type: z.literal('folder'), mode: folderMode, inode: number }),
  z.strictObject({
    type: z.literal('link'),
    target: z
      .string()
      .min(1)
      .regex(/^[^\0]*$/),
  }),
]);
const changed = z
  .strictObject({ path, before: entry.optional(), after: entry.optional(), saved: saved.optional() })
  .refine(
    ({ before, saved }) => (before?.type === 'file') === (saved !== undefined),
    'expected a saved file for each file, and for nothing else',
  );
export const savedTreeSchema = z.strictObject({
  version: z.literal(1),
  operation: z.string(),
  entries: z.array(
    z
      .strictObject({ path, entry, saved: saved.optional() })
      .refine(
        ({ entry, saved }) => (entry.type === 'file') === (saved !== undefined),
        'expected a saved file for each file, and for nothing else',
      ),
  ),
});
export const changeRecordSchema = z.strictObject({
  version: z.literal(1),
  operation: z.string(),
  at: z.iso.datetime(),
  changes: z.array(changed),
  folders: z.array(z.strictObject({ path, inode: number, id: facesetOrEraId.optional() })),
});

/** A tree as it was saved before a change. */
export type SavedTree = z.infer<typeof savedTreeSchema>;

export async function readUndoFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse((await readRegularFile(path, { follow: false })).toString('utf8')));
  } catch (error) {
    if (errorCode(error) !== undefined && errorCode(error) !== 'ENOENT') throw error;
    const why = error instanceof z.ZodError ? problemOf(error) : errorText(error);
    throw new UndoError(
      `cannot read the undo data in ${path}: ${why}; remove ${UNDO_FOLDER} to continue without it`,
    );
  }
}

/** The first thing that is wrong with a record. */
function problemOf({ issues }: z.ZodError): string {
  const [{ path, message }] = issues;
  return `${path.map(String).join('.') || 'the record'}: ${message.split('\n')[0]}`;
}
