import { dirname, join, parse, sep } from 'node:path';

/** The deepest folder that all these files are in or below. */
export function commonFolder(paths: readonly string[]): string {
  const { root } = parse(paths[0]);
  const parts = paths.map((path) => dirname(path).slice(parse(path).root.length).split(sep));
  const shared: string[] = [];
  for (const [i, part] of parts[0].entries()) {
    if (!parts.every((other) => other[i] === part)) break;
    shared.push(part);
  }
  return join(root, ...shared);
}
