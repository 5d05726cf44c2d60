import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { cacheSettings, embedLibrary, FaceAnalyzer, loadModels, photoEngine } from '@face-sets/face-embed';

const PER_FOLDER = 500;

/** Writes `count` tiny distinct files named as photos, in folders of 500. */
export function writeTinyFiles(dir: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const folder = join(dir, String(Math.floor(i / PER_FOLDER)).padStart(4, '0'));
    if (i % PER_FOLDER === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `IMG_${i}.jpg`), `photo ${i}`);
  }
}

/** Puts a record without faces into a new cache for every file of the tree. */
export async function cacheTree(dir: string, cachePath: string, models: string): Promise<void> {
  const analyzer = new FaceAnalyzer(await loadModels(models, { threads: 1 }));
  const cache = await FaceCacheWriter.open(cachePath, await cacheSettings(analyzer, 'benchmark'));
  for await (const path of filesBelow(dir)) {
    const { size, mtimeMs } = await stat(path);
    const sha256 = createHash('sha256').update(path).digest('hex');
    cache.addImage(
      {
        path,
        pathAliases: [],
        sha256,
        size,
        mtime: Math.trunc(mtimeMs),
        width: 8,
        height: 8,
        status: 'noface',
      },
      [],
    );
  }
  await cache.close();
}

/** What a second run costs, in seconds. */
export interface UnchangedTimes {
  /** Opening the cache, listing, comparing, closing. */
  run: number;
  /** Of it, `embedLibrary` alone. */
  embed: number;
  /** A bare recursive listing with a `stat` of each file, waiting for one before the next. */
  stat: number;
  /** The same by synchronous calls: the quickest on a local disk, but the process does nothing else meanwhile. */
  statSync: number;
}

/**
 * Runs over an unchanged tree, in turn with the bare `stat`s; the best of three each, so that other work on the
 * machine disturbs neither more.
 */
export async function timeUnchanged(dir: string, cachePath: string, models: string): Promise<UnchangedTimes> {
  const loaded = await loadModels(models, { threads: 1 });
  const analyzer = new FaceAnalyzer(loaded);
  const settings = await cacheSettings(analyzer, 'benchmark');
  const best: UnchangedTimes = { run: Infinity, embed: Infinity, stat: Infinity, statSync: Infinity };
  for (let round = 0; round < 3; round++) {
    let start = performance.now();
    for await (const path of filesBelow(dir)) await stat(path);
    best.stat = Math.min(best.stat, (performance.now() - start) / 1000);
    start = performance.now();
    statAllSync(dir);
    best.statSync = Math.min(best.statSync, (performance.now() - start) / 1000);
    start = performance.now();
    const cache = await FaceCacheWriter.open(cachePath, settings);
    const opened = performance.now();
    const { listed, unchanged } = await embedLibrary([dir], cache, photoEngine(analyzer));
    best.embed = Math.min(best.embed, (performance.now() - opened) / 1000);
    await cache.close();
    best.run = Math.min(best.run, (performance.now() - start) / 1000);
    if (listed === 0 || unchanged !== listed) {
      throw new Error(`the second run found ${unchanged} of ${listed} files unchanged; expected all of them`);
    }
  }
  await loaded.release();
  return best;
}

function statAllSync(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) statAllSync(path);
    else statSync(path);
  }
}

async function* filesBelow(dir: string): AsyncGenerator<string> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
