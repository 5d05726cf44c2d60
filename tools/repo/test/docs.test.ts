import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { packageExports, packageNames } from '../src/house.js';
import { namedFunctions } from '../src/named-functions.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...packageNames(ROOT).map((name) => `packages/${name}/README.md`),
];
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** What a reader sees of a text in Markdown: no links, no marks of code. */
const plain = (text: string) => text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

describe('The docs', () => {
  it('finds the functions that a page says are in a package', () => {
    const page = [
      'Use `runAll`. `oneThing` and `otherThing(…)` of\n[`@face-sets/npz`](x), `thirdThing` in `@face-sets/files`.',
      '`fillThings` fills a box of `@face-sets/npz`.',
      "```js\nimport { aThing, BThing as b } from '@face-sets/npz/file';\n```",
      '`noThing` is another paragraph.\n\nSee [@face-sets/npz](x).',
    ].join('\n\n');
    expect(namedFunctions(page).map((named) => `${named.package} ${named.function}`)).toEqual([
      'npz/file aThing',
      'npz/file BThing',
      'npz oneThing',
      'npz otherThing',
      'files thirdThing',
    ]);
  });

  it('name functions with the packages that export them', async () => {
    const wrong: string[] = [];
    let found = 0;
    for (const page of PAGES) {
      for (const { package: path, function: name } of namedFunctions(read(page))) {
        const [of, entry] = path.split('/') as [string, string?];
        const exported = entry
          ? await import(pathToFileURL(join(ROOT, 'packages', of, 'dist', entry, 'index.js')).href)
          : await packageExports(ROOT, of);
        found++;
        if (!(name in exported)) wrong.push(`${page}: ${name} is not in ${path}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(50);
  });

  it('describe the commands as the help does', async () => {
    const file = pathToFileURL(join(ROOT, 'packages/cli/dist/commands.js')).href;
    const { COMMANDS } = (await import(file)) as { COMMANDS: { name: string; description: string }[] };
    const table = read('README.md').split('## Commands')[1]!.split('\n## ')[0]!;
    const rows = [...table.matchAll(/^\| `([\w-]+)[^`]*` \| (.*) \|$/gm)];
    expect(rows.map(([, name, text]) => [name, plain(text!)])).toEqual(
      COMMANDS.map(({ name, description }) => [name, description]),
    );
  });

  it('lead to the README of every package', () => {
    const linked = [...read('docs/README.md').matchAll(/\]\(\.\.\/packages\/([\w-]+)\/README\.md\)/g)];
    expect(linked.map(([, name]) => name).sort()).toEqual(packageNames(ROOT));
  });
});
