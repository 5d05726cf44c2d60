import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRows, sumOf } from './house.js';

/** Replaces the table of packages in `docs/design.md` by one of the code as it is: `npm run design-table`. */
const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs/design.md');
const [START, END] = ['<!-- table of packages -->', '<!-- end of table -->'];

const packages = await packageRows(ROOT);
const table = [
  '| package | lines | files | exported functions |',
  '| --- | ---: | ---: | ---: |',
  ...[...packages, sumOf(packages)].map(
    ({ name, lines, files, functions }) => `| ${name} | ${lines} | ${files} | ${functions} |`,
  ),
].join('\n');

const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(START);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${PAGE} has no "${START}" … "${END}"`);
writeFileSync(PAGE, `${before}${START}\n\n${table}\n\n${END}${after}`);
console.log(table);
