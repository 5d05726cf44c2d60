import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type FaceCacheData, readFaceCache } from '../src/index.js';

const CHILD = join(import.meta.dirname, 'crash-child.mjs');
const TOTAL = 400;
const KILLS = 50;

/** Runs the child; kills it so long after it has opened the cache. Returns what it said. */
function run(path: string, killAfter: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, path, String(TOTAL)]);
    let out = '';
    let errors = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (data) => {
      out += data;
      if (Number.isFinite(killAfter)) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(errors));
      else resolve(out.trim().split('\n'));
    });
  });
}

/** Images that the child said were safe. */
function safe(lines: string[]): number {
  return Math.max(...lines.map((line) => (line === 'done' ? TOTAL : Number(line.split(' ')[1]))));
}

function expectRightRows(data: FaceCacheData): void {
  data.images.forEach((image, i) => {
    expect(image.path).toBe(`/photos/${i}.jpg`);
  });
  const embedding: number[] = [];
  data.imageIndex.forEach((image, face) => {
    const k = face - data.imageIndex.indexOf(image);
    embedding.push(image + k / 4);
    expect(data.blur[face]).toBe(image);
    const pose = data.pose?.[face * 3];
    if (data.enriched[face] === 1) expect(pose).toBe(face);
    else expect(pose ?? Number.NaN).toBeNaN();
  });
  const found = Array.from(embedding, (_, face) => data.embedding[face * data.dim]);
  expect(found).toEqual(embedding);
}

describe('a writer that is killed at any instant', () => {
  it(`loses nothing that was flushed, in ${KILLS} kills, and ends up with the bytes of one that was not`, async () => {
    const random = seeded(2024);
    let path = '';
    let kills = 0;
    let finished = 0;
    const reference = join(tempDir('crash'), 'faces.npz');
    await run(reference, Number.POSITIVE_INFINITY);
    const expected = readFileSync(reference);
    expect((await readFaceCache(reference)).images.length).toBe(TOTAL);
    while (kills < KILLS || finished === 0) {
      if (path === '') path = join(tempDir('crash'), 'faces.npz');
      const lines = await run(path, random() * (kills < KILLS ? 120 : Number.POSITIVE_INFINITY));
      if (lines.at(-1) === 'done') {
        finished++;
        expect(readFileSync(path).equals(expected)).toBe(true);
        expect(readdirSync(dirname(path))).toEqual(['faces.npz']);
        path = '';
        continue;
      }
      kills++;
      if (safe(lines) === 0) continue;
      const data = await readFaceCache(path);
      expect(data.images.length).toBeGreaterThanOrEqual(safe(lines));
      expectRightRows(data);
    }
  });
});

describe('a reader beside a writer', () => {
  it('always gets a consistent state, and never an older one than before', async () => {
    const path = join(tempDir('crash'), 'faces.npz');
    let running = true;
    const writing = run(path, Number.POSITIVE_INFINITY).finally(() => {
      running = false;
    });
    let images = 0;
    let reads = 0;
    while (running) {
      const data = await readFaceCache(path).catch((error) => {
        // Before the first flush there is nothing to read.
        if (images === 0 && /no face cache|not a face cache|holds nothing yet/.test(error.message))
          return null;
        throw error;
      });
      if (data === null) continue;
      expect(data.images.length).toBeGreaterThanOrEqual(images);
      expectRightRows(data);
      images = data.images.length;
      reads++;
    }
    await writing;
    expect(reads).toBeGreaterThan(5);
    expect((await readFaceCache(path)).images.length).toBe(TOTAL);
  });
});
