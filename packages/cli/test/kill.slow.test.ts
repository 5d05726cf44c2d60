import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaceCacheData, type ImageRecord, readFaceCache } from '@face-sets/cache-npz';
import { seeded, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');
const FLUSH_EVERY = 2;
/** Photos that may be dealt with since the last flush when the kill comes: those counted, and the one in hand. */
const MAY_LOSE = FLUSH_EVERY + 1;
/** Small, so that folds happen in the middle of a run too. */
const JOURNAL_LIMIT = 150_000;
const KILLS = 60;

/** Runs a step; kills it so many milliseconds after its first photo, or right when it begins to close the cache. */
function run(args: readonly string[], kill: number | 'closing' | null) {
  return new Promise<{ done: number; finished: boolean; killed: boolean; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [CHILD, ...args], { cwd: import.meta.dirname });
    let output = '';
    let stderr = '';
    let timer: NodeJS.Timeout | undefined;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (kill === null || timer !== undefined || !/^[1-9]/m.test(output)) return;
      if (kill !== 'closing') timer = setTimeout(() => child.kill('SIGKILL'), kill);
      else if (output.includes('closing')) timer = setTimeout(() => child.kill('SIGKILL'), 0);
    });
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      const done = Math.max(0, ...output.split('\n').map((line) => Number.parseInt(line, 10) || 0));
      resolve({ done, finished: output.includes('closed'), killed: signal === 'SIGKILL', stderr });
    });
  });
}

const open = (path: string) => readFaceCache(path).catch(() => null);
const enrichedPhotos = (cache: FaceCacheData | null) =>
  new Set([...(cache?.enriched ?? [])].flatMap((yes, row) => (yes ? [cache!.imageIndex[row]!] : []))).size;

/** The images and rows of `part` are the first ones of `whole`; of aliases it may not know all yet. */
function expectPrefix(part: FaceCacheData, whole: FaceCacheData): void {
  const withoutAliases = (image: ImageRecord) => ({ ...image, pathAliases: [], aliasMtimes: undefined });
  expect(part.images.map(withoutAliases)).toEqual(
    whole.images.slice(0, part.images.length).map(withoutAliases),
  );
  for (const key of ['embedding', 'bbox', 'kps', 'detScore', 'blur'] as const) {
    expect(
      Buffer.from(part[key].buffer).equals(Buffer.from(whole[key].buffer, 0, part[key].byteLength)),
    ).toBe(true);
  }
}

describe('a run that is killed at random instants', () => {
  it(`keeps what was flushed, loses a flush's worth of work at most and ends as the uninterrupted one (${KILLS} kills)`, async () => {
    const random = seeded(20260102);
    const photos = (await toyLibrary('small')).dir;
    const models = await toyModels();
    const dir = tempDir('kill');
    const args = (step: string, path: string) =>
      [step, photos, path, models, String(FLUSH_EVERY), String(JOURNAL_LIMIT)] as const;

    const wholePath = join(dir, 'whole.npz');
    for (const step of ['embed', 'enrich']) {
      expect((await run(args(step, wholePath), null)).finished).toBe(true);
    }
    const whole = (await open(wholePath))!;

    let kills = 0;
    let partial = 0;
    for (let round = 0; kills < KILLS; round++) {
      const path = join(dir, `round-${round}.npz`);
      for (const step of ['embed', 'enrich']) {
        const count = (cache: FaceCacheData | null) =>
          step === 'embed' ? (cache?.images.length ?? 0) : enrichedPhotos(cache);
        for (let finished = false; !finished; ) {
          const before = await open(path);
          const kill = kills >= KILLS ? null : random() < 0.15 ? 'closing' : random() * 300;
          const result = await run(args(step, path), kill);
          if (result.killed) kills++;
          else expect(result.finished, result.stderr).toBe(true);
          finished = result.finished;
          const after = await open(path);
          if (after) expectPrefix(after, whole);
          expect(count(after)).toBeGreaterThanOrEqual(count(before));
          // Copies of known contents count as dealt with, but add no record.
          const copies = step === 'embed' ? whole.images.flatMap((image) => image.pathAliases).length : 0;
          expect(count(after) - count(before)).toBeGreaterThanOrEqual(result.done - copies - MAY_LOSE);
          if (result.killed && count(after) > count(before)) partial++;
        }
      }
      expect(readFileSync(path).equals(readFileSync(wholePath))).toBe(true);
    }
    // Most kills must have come in the middle of something, else this shows nothing.
    expect(partial).toBeGreaterThan(KILLS / 4);
  }, 600_000);
});
