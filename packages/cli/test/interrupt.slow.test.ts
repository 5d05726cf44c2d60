import { execFile, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { pythonWith, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const MAIN = resolve(import.meta.dirname, '../dist/main.js');

const python = process.platform === 'win32' ? null : pythonWith('pty');
if (!python) console.warn('skipped: what happens when a terminal is closed (no Python with a pty module)');

/** Milliseconds that a run has to flush its first photos. */
const START_LIMIT = 120_000;

/** Starts `face-sets` and interrupts it: the first time when its first photos are in the journal. */
function interrupted(
  args: readonly string[],
  journal: string,
  times: number,
  signal: NodeJS.Signals = 'SIGINT',
) {
  return new Promise<{ code: number | NodeJS.Signals | null; stdout: string; stderr: string }>(
    (done, fail) => {
      const child = spawn(process.execPath, [MAIN, ...args]);
      const output = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output.stderr += text;
        // The answer to the first Ctrl-C: now the second.
        if (times > 1 && text.includes('Ctrl-C again')) child.kill(signal);
      });
      let sent = false;
      const poll = setInterval(() => {
        if (sizeOf(journal) < 3000) return;
        clearInterval(poll);
        clearTimeout(limit);
        sent = child.kill(signal);
      }, 5);
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        fail(new Error(`no photo in ${journal} after ${START_LIMIT} ms: ${output.stderr}`));
      }, START_LIMIT);
      child.on('close', (code, endedBy) => {
        clearInterval(poll);
        clearTimeout(limit);
        if (sent) done({ code: code ?? endedBy, ...output });
        else fail(new Error(`ended with ${code ?? endedBy} before it was interrupted: ${output.stderr}`));
      });
    },
  );
}

/** A few toy photos, and after them pictures so large that one is in hand for longer than a signal needs. */
async function libraryThatHolds(): Promise<string> {
  const dir = tempDir('large-photos');
  const { dir: toys, photos } = await toyLibrary('small');
  const withFaces = photos.filter(({ faces }) => faces.length > 0).slice(0, 4);
  withFaces.forEach(({ path }, i) => {
    copyFileSync(join(toys, path), join(dir, `0-${i}${extname(path)}`));
  });
  for (let i = 0; i < 4; i++) {
    const background = { r: 40 * i, g: 90, b: 140 };
    await sharp({ create: { width: 9000, height: 6000, channels: 3, background } })
      .png()
      .toFile(join(dir, `1-${i}.png`));
  }
  return dir;
}

function sizeOf(path: string): number {
  try {
    return readFileSync(path).length;
  } catch {
    return 0;
  }
}

describe.skipIf(process.platform === 'win32')('Ctrl-C during face-sets embed', () => {
  it('finishes the photos in hand, says how to go on, and the next run ends as an uninterrupted one', async () => {
    const photos = (await toyLibrary('full')).dir;
    const cache = join(tempDir(), 'faces.npz');
    const args = ['embed', photos, cache, '--models', await toyModels(), '--flush-every', '1'];
    const first = await interrupted(args, `${cache}.journal`, 1);
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('press Ctrl-C again to stop at once');
    expect(first.stderr).toContain('run the same command again to go on');
    const again = await faceSets([...args, '--json']);
    expect(again.code).toBe(0);
    const { listed, unchanged, embedded } = JSON.parse(again.stdout);
    expect(unchanged).toBeGreaterThan(0);
    expect(embedded).toBeGreaterThan(0);
    expect(embedded).toBeLessThan(listed);

    const whole = join(tempDir(), 'faces.npz');
    await faceSets(['embed', photos, whole, '--models', await toyModels()]);
    expect(readFileSync(cache).equals(readFileSync(whole))).toBe(true);
  });

  it('stops at once the second time, and keeps what was flushed', async () => {
    const photos = await libraryThatHolds();
    const cache = join(tempDir(), 'faces.npz');
    const args = ['embed', photos, cache, '--models', await toyModels(), '--flush-every', '1'];
    const { code } = await interrupted(args, `${cache}.journal`, 2);
    // By the signal itself, which a shell reports as 130.
    expect(code).toBe('SIGINT');
    const again = await faceSets([...args, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).unchanged).toBeGreaterThan(0);
  });
});

describe.skipIf(process.platform === 'win32')('A signal to face-sets embed that is no Ctrl-C', () => {
  async function embedding() {
    const photos = (await toyLibrary('full')).dir;
    const cache = join(tempDir(), 'faces.npz');
    return {
      cache,
      journal: `${cache}.journal`,
      args: ['embed', photos, cache, '--models', await toyModels(), '--flush-every', '1'],
    };
  }

  /** The lock is gone, what was done is folded into the cache, and the next run goes on from there. */
  async function expectGoodOrder(cache: string, args: readonly string[]) {
    expect(existsSync(`${cache}.lock`)).toBe(false);
    expect(existsSync(cache)).toBe(true);
    const again = await faceSets([...args, '--json']);
    expect(again.code).toBe(0);
    expect(again.stderr).not.toContain('took over');
    const { listed, unchanged, embedded } = JSON.parse(again.stdout);
    expect(unchanged).toBeGreaterThan(0);
    expect(embedded).toBeLessThan(listed);
  }

  it.each(['SIGHUP', 'SIGTERM'] as const)('ends in good order at %s, with exit code 130', async (signal) => {
    const { cache, journal, args } = await embedding();
    const first = await interrupted(args, journal, 1, signal);
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('run the same command again to go on');
    await expectGoodOrder(cache, args);
  });

  it('does not stop at once at a second SIGHUP: the system and the shell each send one', async () => {
    const { cache, journal, args } = await embedding();
    expect((await interrupted(args, journal, 2, 'SIGHUP')).code).toBe(130);
    await expectGoodOrder(cache, args);
  });

  it.skipIf(!python)('ends in good order when its terminal is closed', async () => {
    const { cache, journal, args } = await embedding();
    const script = join(import.meta.dirname, 'closed-terminal.py');
    const { stdout } = await promisify(execFile)(python!, [
      script,
      journal,
      '3000',
      process.execPath,
      MAIN,
      ...args,
    ]);
    // By SIGHUP itself, which a shell reports as 129.
    expect(Number(stdout)).toBe(-1);
    await expectGoodOrder(cache, args);
  });

  it('goes on without anybody who reads its progress', async () => {
    const { cache, args } = await embedding();
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.destroy();
    expect(await new Promise((done) => child.on('close', done))).toBe(0);
    await expectGoodOrder(cache, args);
  });
});
