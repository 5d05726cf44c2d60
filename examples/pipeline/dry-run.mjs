// What a run would take on this disk, without writing anything: node dry-run.mjs PHOTOS OUT
import { planRun } from '@face-sets/pipeline';

const [photos, out] = process.argv.slice(2);
const { listed, toOpen, cost } = await planRun([photos], out);
console.log(`${listed} photos, ${toOpen} of them new`, cost);
