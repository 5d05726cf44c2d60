import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnreadablePathError } from '@face-sets/files';
import { asOrdinaryUser, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SmallCollection, smallCollection } from '../small-collection.js';

let people: SmallCollection;
let crop: string;
/** One face less, so that the faceset is made anew of the crops that are there. */
const again = () =>
  people.export([{ id: 'faceset_001', rows: people.rowsOf[0].slice(0, -1) }], { merge: true });

beforeEach(async () => {
  const root = tempDir('crops');
  people = await smallCollection(root, [5]);
  await people.export([{ id: 'faceset_001', rows: people.rowsOf[0] }]);
  crop = join(people.out, 'faceset_001', 'faces', '0000.png');
});

describe('a crop of an earlier export', () => {
  it.skipIf(process.platform === 'win32')('is not taken for none where it may not be read', async () => {
    chmodSync(join(people.out, '..'), 0o755);
    for (const name of ['', ...(readdirSync(people.out, { recursive: true }) as string[])]) {
      const path = join(people.out, name);
      chmodSync(path, statSync(path).isDirectory() ? 0o777 : 0o666);
    }
    chmodSync(crop, 0);
    await expect(asOrdinaryUser(again)).rejects.toThrow(
      new UnreadablePathError(
        `cannot read ${crop}: permission denied (EACCES); allow this user to read it, or move it away`,
      ),
    );
    expect(statSync(crop).size).toBeGreaterThan(0);
  });

  it('is cut again where it is damaged or gone', async () => {
    await again();
    const expected = tree(people.out);
    for (const spoil of [() => writeFileSync(crop, 'no picture'), () => rmSync(crop)]) {
      await people.export([{ id: 'faceset_001', rows: people.rowsOf[0] }]);
      spoil();
      await again();
      expect(tree(people.out)).toEqual(expected);
    }
  });
});
