import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder that is removed when the test process ends. */
export function tempDir(name = 'face-sets'): string {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
