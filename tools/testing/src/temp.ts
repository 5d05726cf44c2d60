import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new empty folder. It lies in a folder that the test run removes when it ends (see `vitest.global-setup.mjs`), since
 * a test process may be ended without a chance to clean up.
 */
export function tempDir(name = 'face-sets'): string {
  return mkdtempSync(join(process.env.FACE_SETS_TEST_TEMP ?? tmpdir(), `${name}-`));
}
