// A .fsz of 512×512 PNGs, best first: node from-pngs.mjs OUT.fsz PNG…
import { readFile } from 'node:fs/promises';
import { validateFsz, writeFsz } from '@face-sets/fsz-export';

const [out, ...pngs] = process.argv.slice(2);
const { bytes } = await writeFsz(
  out,
  pngs.map((png) => () => readFile(png)),
);
console.log(`${await validateFsz(out)} pictures, ${bytes} bytes`);
