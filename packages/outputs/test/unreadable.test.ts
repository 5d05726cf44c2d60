import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnreadablePathError } from '@face-sets/files';
import { readManifestIfThere } from '@face-sets/manifests';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverFolders } from '../src/folders/faceset-folders.js';
import { readKeptNames } from '../src/folders/faceset-names.js';
import { locateFolders } from '../src/folders/locate-folders.js';
import { readNameFile } from '../src/folders/name-file.js';
import { locateFacesets } from '../src/index.js';

let out: string;
let locked: string[];
const at = (...parts: string[]) => join(out, ...parts);

beforeEach(() => {
  out = tempDir();
  chmodSync(out, 0o755);
  locked = [];
});

afterEach(() => {
  for (const path of locked) chmodSync(path, 0o755);
});

/** Makes a folder that nobody but root may look into. */
function lockedFolder(name: string): string {
  const path = at(name);
  mkdirSync(path);
  chmodSync(path, 0);
  locked.push(path);
  return path;
}

/** Makes a file that nobody but root may read. */
function lockedFile(name: string): string {
  const path = at(name);
  writeFileSync(path, '{}');
  chmodSync(path, 0);
  return path;
}

/** Expects an error in one line that names the path and says what to do. */
async function expectUnreadable(work: () => Promise<unknown>, path: string): Promise<void> {
  const error = await asOrdinaryUser(work).then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UnreadablePathError);
  expect(error.message).toBe(
    `cannot read ${path}: permission denied (EACCES); allow this user to read it, or move it away`,
  );
}

describe.skipIf(process.platform === 'win32')('what may not be read', () => {
  it('is not taken for no faceset', async () => {
    const path = lockedFolder('faceset_001');
    await expectUnreadable(() => locateFacesets(out), join(path, 'manifest.json'));
  });

  it('is not taken for no thin facesets', async () => {
    const path = lockedFolder('_thin');
    await expectUnreadable(() => locateFacesets(out), path);
    await expectUnreadable(() => recoverFolders(out), path);
  });

  it('is not taken for a folder that its owner has emptied', async () => {
    const path = lockedFolder('person_001');
    const recorded = [{ folder: 'person_001', files: ['person_001/a.jpg'] }];
    await expectUnreadable(() => locateFolders(out, recorded), path);
  });

  it('is not taken for a faceset that nobody has named', async () => {
    await expectUnreadable(() => readNameFile(out), lockedFile('NAME.txt'));
  });

  it('is not taken for no name that is kept', async () => {
    await expectUnreadable(() => readKeptNames(out), lockedFile('.face-sets-names.json'));
  });

  it('is not taken for an output that is still to be made', async () => {
    const path = lockedFile('refine_manifest.json');
    await expectUnreadable(() => readManifestIfThere(path, 'refine'), path);
  });
});
