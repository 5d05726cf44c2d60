// SHA-256 of files, four at a time: node checksums.mjs FILE…
import { fileSha256, forEachLimit } from '@face-sets/files';

const files = process.argv.slice(2);
const sums = [];
await forEachLimit(files, 4, async (file, i) => {
  sums[i] = await fileSha256(file);
});
for (const [i, sum] of sums.entries()) console.log(`${sum}  ${files[i]}`);
