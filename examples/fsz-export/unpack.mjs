// The pictures of a .fsz as files: node unpack.mjs FILE.fsz FOLDER
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pngHeader, readFsz } from '@face-sets/fsz-export';

const [file, folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const { name, png } of await readFsz(file)) {
  const { width, height } = pngHeader(png);
  await writeFile(join(folder, basename(name)), png);
  console.log(`${basename(name)} ${width}×${height}`);
}
