import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageNames } from './house.js';

/** Of each package the names of those that it imports, in alphabetical order. */
export type Dependencies = Readonly<Record<string, readonly string[]>>;

const SCOPE = '@face-sets/';

/** What each package imports by its `package.json`. */
export function dependencies(root: string): Dependencies {
  return Object.fromEntries(
    packageNames(root).map((name) => {
      const file = join(root, 'packages', name, 'package.json');
      const named = Object.keys(JSON.parse(readFileSync(file, 'utf8')).dependencies ?? {});
      const siblings = named.filter((dependency) => dependency.startsWith(SCOPE));
      return [name, siblings.map((dependency) => dependency.slice(SCOPE.length)).sort()];
    }),
  );
}

/** What each package may import by the rules in `.dependency-cruiser.cjs`. */
export function allowedImports(root: string): Dependencies {
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string; to: { pathNot: string[] } }[];
  };
  const rules = forbidden.filter(({ name }) => name.startsWith('direction-'));
  const allowed = rules.map(({ name: rule, to }): [string, string[]] => {
    const name = rule.slice('direction-'.length);
    const names = to.pathNot.map((path) => /packages\/([\w-]+)\//.exec(path)![1]!);
    return [name, names.filter((other) => other !== name).sort()];
  });
  return Object.fromEntries(allowed);
}

/** The arrows `a --> b` that do not follow from others, in alphabetical order. */
export function neededArrows(dependencies: Dependencies): string[] {
  const isReached = (from: string, to: string): boolean =>
    dependencies[from]!.some((next) => next === to || isReached(next, to));
  const arrows = Object.entries(dependencies).flatMap(([name, imported]) =>
    imported
      .filter((to) => !imported.some((other) => other !== to && isReached(other, to)))
      .map((to) => `${name} --> ${to}`),
  );
  return arrows.sort();
}

/** The arrows of the picture on a page, in alphabetical order, by the names in its boxes. */
export function drawnArrows(page: string): string[] {
  const names = new Map([...page.matchAll(/\b(\w+)\[([\w-]+)\]/g)].map(([, id, name]) => [id!, name!]));
  const arrows = [...page.matchAll(/^ *(\w+)(?:\[[\w-]+\])? --> (\w+)(?:\[[\w-]+\])?$/gm)];
  return arrows.map(([, from, to]) => `${names.get(from!) ?? from} --> ${names.get(to!) ?? to}`).sort();
}
