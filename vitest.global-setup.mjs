import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all temporary files of a test run, removed at its end. */
export default function setup() {
  const dir = mkdtempSync(join(tmpdir(), 'face-sets-tests-'));
  // Tests of permissions become another user for a moment, who has to find the way in.
  chmodSync(dir, 0o755);
  process.env.FACE_SETS_TEST_TEMP = dir;
  // Not synchronous: thousands of files take long, and vitest would take its workers for stuck meanwhile.
  return () => rm(dir, { recursive: true, force: true });
}
