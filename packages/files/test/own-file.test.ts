import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { ForeignFileError, ownJson, writeOwnFile } from '../src/index.js';

const OWN = ownJson('calibration');
const ours = '{\n  "schema_version": 1,\n  "kind": "calibration"\n}\n';

describe('writeOwnFile', () => {
  it('writes where nothing is, and over a file of the same kind', async () => {
    const path = join(tempDir('own'), 'a.json');
    await writeOwnFile(path, ours, OWN);
    await writeOwnFile(path, [ours, '\n'], OWN);
    expect(readFileSync(path, 'utf8')).toBe(`${ours}\n`);
  });

  it.each<[string, (path: string) => void]>([
    ['another file', (path) => writeFileSync(path, '{"kind": "calibration"}')],
    ['another file', (path) => writeFileSync(path, '{"schema_version": 1, "kind": "cluster"}')],
    ['a folder', (path) => mkdirSync(path)],
    ['a symbolic link', (path) => symlinkSync('nowhere', path)],
  ])('refuses %s', async (what, make) => {
    const path = join(tempDir('own'), 'a.json');
    make(path);
    const error = await writeOwnFile(path, ours, OWN).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ForeignFileError);
    expect(error).toMatchObject({ name: 'ForeignFileError', code: 'ERR_FOREIGN_FILE' });
    expect((error as Error).message).toContain(
      `${path} is ${what}, expected a JSON file of kind "calibration"`,
    );
  });
});
