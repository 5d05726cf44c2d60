// Whether files are still what they were when FILE.sha256 was written: node changed.mjs FILE…
import { readFile } from 'node:fs/promises';
import { fileSha256, isMissing, sourceState, writeFileAtomic } from '@face-sets/files';

for (const file of process.argv.slice(2)) {
  if (await isMissing(`${file}.sha256`)) await writeFileAtomic(`${file}.sha256`, await fileSha256(file));
  const { state } = await sourceState(file, { sha256: await readFile(`${file}.sha256`, 'utf8') });
  console.log(`${file}: ${state}`);
}
