import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new empty folder that is removed when the test process ends. */
export function tempDir(name = 'face-sets'): string {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  if (made.push(dir) === 1) {
    process.on('exit', () => {
      for (const path of made) rmSync(path, { recursive: true, force: true });
    });
  }
  return dir;
}
