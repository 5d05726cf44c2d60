import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all temporary files of a test run, removed at its end. */
export default function setup() {
  const dir = mkdtempSync(join(tmpdir(), 'face-sets-tests-'));
  process.env.FACE_SETS_TEST_TEMP = dir;
  return () => rmSync(dir, { recursive: true, force: true });
}
