import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageSizes } from './house.js';

/** Replaces the table of packages in `docs/design.md` by one of the code as it is: `npm run design-table`. */
const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs/design.md');
const [START, END] = ['<!-- table of packages -->', '<!-- end of table -->'];

const rows: string[] = [];
let [lines, files, functions] = [0, 0, 0];
for (const size of packageSizes(ROOT)) {
  const index = pathToFileURL(join(ROOT, 'packages', size.name, 'dist/index.js')).href;
  const exported: unknown[] = Object.values(await import(index));
  const count = exported.filter(
    (value) => typeof value === 'function' && !/^class\b/.test(`${value}`),
  ).length;
  rows.push(`| ${size.name} | ${size.lines} | ${size.files} | ${count} |`);
  lines += size.lines;
  files += size.files;
  functions += count;
}
const table = [
  '| package | lines | files | exported functions |',
  '| --- | ---: | ---: | ---: |',
  ...rows,
  `| all | ${lines} | ${files} | ${functions} |`,
].join('\n');

const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(START);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${PAGE} has no "${START}" … "${END}"`);
writeFileSync(PAGE, `${before}${START}\n\n${table}\n\n${END}${after}`);
console.log(table);
