import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT_MANIFESTS, REPORT_MARK, REPORT_PAGE, UNFINISHED_FILE } from '@face-sets/files';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { isOwnOutput } from '../../src/listing/is-own-output.js';

/** Whether a folder with this file is taken for an output. */
async function holds(name: string, text: string): Promise<boolean> {
  const folder = tempDir('own-output');
  writeFileSync(join(folder, name), text);
  return isOwnOutput(folder, [name]);
}

describe('isOwnOutput', () => {
  it.each(Object.entries(OUTPUT_MANIFESTS))('knows a folder by a manifest of kind %s', async (kind, name) => {
    expect(await holds(name, `{\n  "schema_version": 1,\n  "kind": "${kind}",\n`)).toBe(true);
  });

  it('knows a folder by its report, or by the list of an unfinished one', async () => {
    expect(await holds(REPORT_PAGE, `<!doctype html>\n${REPORT_MARK}`)).toBe(true);
    expect(await holds(UNFINISHED_FILE, '')).toBe(true);
  });

  it.each([
    ['manifest.json', '{"schema_version": 1, "kind": "webpack"}'],
    ['manifest.json', '{"name": "a page"}'],
    ['manifest.json', '{"schema_version": 1, "kind": "toString"}'],
    ['other.json', '{"schema_version": 1, "kind": "cluster"}'],
    ['report.html', '<!doctype html>'],
  ])("takes a folder with someone else's %s for no output: %s", async (name, text) => {
    expect(await holds(name, text)).toBe(false);
  });
});
