import { type FileSystem, removeIfThere } from '@face-sets/files';
import { CacheNotFoundError, InvalidArgumentError } from '../errors.js';
import { readCacheHead, readCacheImages } from '../format/cache-base.js';
import { ATTRIBUTE_FLOATS } from '../format/cache-layout.js';
import {
  assertSameModels,
  type CacheMeta,
  type CacheModels,
  type DetectionSettings,
  SCHEMA,
  wrongSetting,
} from '../format/cache-meta.js';
import { type CacheState, replay, stateOfBase, stateOfHeader } from '../format/cache-state.js';
import { journalPath, notFound, openSnapshot, type Snapshot } from '../format/snapshot.js';
import { JournalRows } from '../journal/journal-rows.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import { GrowFloats } from './grow-array.js';
import type { LockFile } from './lock-file.js';

/** Options of `FaceCacheWriter.open`. */
export interface OpenFaceCacheOptions {
  /** Program and version that writes, such as `face-sets 0.1.0`. */
  tool: string;
  /**
   * Models whose results will be added. Default: whatever the cache was made with; needed to create one. The
   * landmark models count once `setEnrichment` is called.
   */
  models?: CacheModels;
  /** Detection settings. Default: as the cache was made with; needed to create one. */
  detection?: DetectionSettings;
  /** Length of an embedding. Default: as the cache was made with; needed to create one. */
  embeddingDim?: number;
  /**
   * Length of the journal in bytes above which `flush` folds it in. Default: 64 MiB, or
   * half the `.npz` where that is more, so that folding never costs more than a few times what was added.
   */
  journalLimit?: number;
  /** For tests: every access to the disk goes through it. Default: `node:fs/promises`. */
  fileSystem?: FileSystem;
}

/** The `.npz` that the journal comes on top of. */
export interface Base {
  /** Identity of its content; `null` where there is none yet. */
  fingerprint: string | null;
  /** Faces in it. */
  faces: number;
}

/** An open cache's parts, from which the writer is made. */
export interface OpenedCache {
  fs: FileSystem;
  path: string;
  options: OpenFaceCacheOptions;
  lock: LockFile;
  journal: JournalWriter;
  state: CacheState;
  boxes: GrowFloats;
  base: Base;
  recordsAt: number;
  npzBytes: number;
  notices: string[];
}

/** Finds out what a cache holds, once its lock is ours; see `FaceCacheWriter.open`. */
export async function openLocked(
  fs: FileSystem,
  path: string,
  options: OpenFaceCacheOptions,
  lock: LockFile,
  journal: JournalWriter,
): Promise<OpenedCache> {
  const notices = lock.notice === null ? [] : [lock.notice];
  // What a fold left that was killed; we hold the lock, so it is nobody's.
  await removeIfThere(fs, `${path}.tmp`);
  const common = { fs, path, options, lock, journal, notices };
  const snapshot = await openSnapshot(fs, path).catch((error) => {
    if (error instanceof CacheNotFoundError) return null;
    throw error;
  });
  try {
    const found = snapshot === null ? null : await readState(fs, path, snapshot, journal, notices);
    if (found === null) {
      const state = newState(path, options);
      const base = { fingerprint: null, faces: 0 };
      return { ...common, state, boxes: new GrowFloats(), base, recordsAt: 0, npzBytes: 0 };
    }
    if (found.state.images.length > 0) {
      assertSameModels(path, found.state.meta, options, found.state.enriched.includes(1));
    }
    return { ...common, ...found };
  } finally {
    await snapshot?.close();
  }
}

type Found = Pick<OpenedCache, 'state' | 'boxes' | 'base' | 'recordsAt' | 'npzBytes'>;

async function readState(
  fs: FileSystem,
  path: string,
  snapshot: Snapshot,
  journal: JournalWriter,
  notices: string[],
): Promise<Found | null> {
  const { npz, fingerprint, journal: old } = snapshot;
  let found: Found | null = null;
  if (npz !== null) {
    const base = await readCacheImages(npz, path, await readCacheHead(npz, path));
    found = {
      state: stateOfBase(base),
      boxes: new GrowFloats((await npz.read('bbox')).data as Float32Array),
      base: { fingerprint, faces: base.faces },
      recordsAt: 0,
      npzBytes: (await fs.stat(path)).size,
    };
  } else if (old !== null) {
    const base = { fingerprint: null, faces: 0 };
    found = {
      state: stateOfHeader(old.start.header),
      boxes: new GrowFloats(),
      base,
      recordsAt: 0,
      npzBytes: 0,
    };
  }
  if (old === null || found === null) {
    if (snapshot.staleJournal) await removeIfThere(fs, journalPath(path));
    return found;
  }
  const rows = await JournalRows.scan(old.file, old.recordsAt);
  const { end } = rows;
  await replay(found.state, old.file, old.recordsAt, end, journalPath(path));
  for (let at = 0; at < rows.attributes.length; at += ATTRIBUTE_FLOATS) {
    found.boxes.push(rows.attributes.view(at, at + 4));
  }
  const torn = (await old.file.stat()).size - end;
  if (torn > 0)
    notices.push(`${journalPath(path)} ended in ${torn} bytes of an unfinished write, which were dropped`);
  found.recordsAt = old.recordsAt;
  await journal.continueAt(end);
  // Nothing in it that the .npz does not hold: a crash came between the fold and the removal.
  if (end === old.recordsAt && npz !== null) await journal.remove();
  return found;
}

function newState(path: string, options: OpenFaceCacheOptions): CacheState {
  const { models, detection, embeddingDim, tool } = options;
  if (models === undefined || detection === undefined || embeddingDim === undefined) {
    throw notFound(path);
  }
  const wrong = wrongSetting(models, detection, embeddingDim);
  if (wrong !== null) throw new InvalidArgumentError(`cannot create ${path}: ${wrong}`);
  const { detection: detector, recognition } = models;
  const meta: CacheMeta = {
    schema: SCHEMA,
    models: { detection: detector, recognition },
    embedding_dim: embeddingDim,
    detection: { sizes: [...detection.sizes], threshold: detection.threshold, nms: detection.nms },
    tool,
    generation: 0,
  };
  return { meta, images: [], firstFace: [], faces: 0, enriched: new Uint8Array(0) };
}
