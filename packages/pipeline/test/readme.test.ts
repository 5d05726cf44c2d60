import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

describe('the README', () => {
  it('has a program of at most 15 lines that makes facesets of photos, as it stands', async () => {
    const [, program] = readFileSync(join(root, 'README.md'), 'utf8').match(/```js\n([\s\S]*?)```/) ?? [];
    expect(program!.trim().split('\n').length).toBeLessThanOrEqual(15);
    const folder = tempDir('pipeline-readme');
    await cp((await toyLibrary('small')).dir, join(folder, 'photos'), { recursive: true });
    // Paths in the program are relative, and its imports are found from the package.
    const source = program!
      .replace("'photos'", JSON.stringify(join(folder, 'photos')))
      .replace("'people'", JSON.stringify(join(folder, 'people')));
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', source],
      { cwd: root, env: { ...process.env, FACE_SETS_MODELS: await toyModels() } },
    );
    expect(stdout).toMatch(
      /^\d+ faces of \d+ photos\n[1-9]\d* people with enough good photos\nfaceset_001 faceset_001\n/,
    );
    const said = stderr.split('\n').map((line) => line.split(' ')[0]);
    expect(said).toEqual(
      expect.arrayContaining(['Embedded', 'Enriched', 'Clustered', 'Refined', 'Exported']),
    );
  });
});
