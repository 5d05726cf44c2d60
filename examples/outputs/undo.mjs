// Changes a folder so that the change can be taken back: node undo.mjs FOLDER
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@face-sets/files';
import { recordChange, undoableChanges, undoLastChange } from '@face-sets/outputs';

const folder = process.argv[2];
await recordChange(folder, 'add a note', () => writeFileAtomic(join(folder, 'note.txt'), 'hello\n'));
console.log((await undoableChanges(folder)).map(({ operation }) => operation));
const { removed } = await undoLastChange(folder);
console.log(
  `taken back: ${removed}; left: ${(await readdir(folder)).filter((name) => name === 'note.txt').length}`,
);
