import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordChange } from '@face-sets/outputs';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { listUndo, undo } from '../../src/index.js';

describe('undo', () => {
  it('takes back the last change, which listUndo lists first', async () => {
    const out = join(tempDir('pipeline-undo'), 'swap');
    expect(await listUndo(out)).toEqual([]);
    for (const name of ['first', 'second']) {
      await recordChange(out, name, () => writeFile(join(out, name), 'made'));
    }
    expect((await listUndo(out)).map(({ operation }) => operation)).toEqual(['second', 'first']);
    expect(await undo(out)).toMatchObject({ operation: 'second' });
    expect(existsSync(join(out, 'second'))).toBe(false);
    expect(existsSync(join(out, 'first'))).toBe(true);
    await undo(out);
    await expect(undo(out)).rejects.toThrow(/nothing to undo/);
  });
});
