import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const MAIN = resolve(import.meta.dirname, '../dist/main.js');

/** Starts `face-sets` and interrupts it: the first time when the journal appears. */
function interrupted(
  args: readonly string[],
  journal: string,
  times: number,
  name: NodeJS.Signals = 'SIGINT',
) {
  return new Promise<{ code: number | NodeJS.Signals | null; stdout: string; stderr: string }>((done) => {
    const child = spawn(process.execPath, [MAIN, ...args]);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
      // The answer to the first Ctrl-C: now the second.
      if (times > 1 && text.includes('again')) child.kill('SIGINT');
    });
    const poll = setInterval(() => {
      if (sizeOf(journal) < 3000) return;
      clearInterval(poll);
      // A terminal that is closed takes its streams along.
      if (name === 'SIGHUP') for (const stream of [child.stdout, child.stderr]) stream.destroy();
      child.kill(name);
    }, 5);
    child.on('close', (code, signal) => {
      clearInterval(poll);
      done({ code: code ?? signal, ...output });
    });
  });
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

  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'is what %s does too: it flushes, and leaves no lock',
    async (name) => {
      const photos = (await toyLibrary('full')).dir;
      const cache = join(tempDir(), 'faces.npz');
      const args = ['embed', photos, cache, '--models', await toyModels(), '--flush-every', '1'];
      expect((await interrupted(args, `${cache}.journal`, 1, name)).code).toBe(130);
      expect(readdirSync(dirname(cache))).toEqual(['faces.npz']);
      const again = JSON.parse((await faceSets([...args, '--json'])).stdout);
      expect(again.unchanged).toBeGreaterThan(0);
    },
  );

  it('stops at once the second time, and keeps what was flushed', async () => {
    const photos = (await toyLibrary('full')).dir;
    const cache = join(tempDir(), 'faces.npz');
    const args = ['embed', photos, cache, '--models', await toyModels(), '--flush-every', '1'];
    const { code } = await interrupted(args, `${cache}.journal`, 2);
    // Which a shell reports as 130. The first Ctrl-C may have been enough, when few photos were in hand.
    expect(['SIGINT', 130]).toContain(code);
    const again = await faceSets([...args, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).unchanged).toBeGreaterThan(0);
  });
});
