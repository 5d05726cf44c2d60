import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all temporary files of a test run, removed at its end. */
export default function setup() {
  const dir = mkdtempSync(join(tmpdir(), 'face-sets-tests-'));
  // Tests of permissions become another user for a moment, who has to find the way in.
  chmodSync(dir, 0o755);
  process.env.FACE_SETS_TEST_TEMP = dir;
  return () => rmSync(dir, { recursive: true, force: true });
}
