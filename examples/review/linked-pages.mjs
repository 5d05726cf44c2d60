// Pages of several outputs that lead to each other: node linked-pages.mjs FOLDER…
import { basename } from 'node:path';
import { writeReport } from '@face-sets/review';

const folders = process.argv.slice(2);
for (const folder of folders) {
  const others = folders.filter((other) => other !== folder);
  const links = others.map((other) => ({ text: basename(other), href: `../${basename(other)}/report.html` }));
  console.log((await writeReport(folder, { links })).path);
}
