// Lists the duplicates of a library: node dedup.mjs FACES.npz
import { dedup } from '@face-sets/pipeline';

const { path, summary } = await dedup(process.argv[2]);
console.log(path, summary);
