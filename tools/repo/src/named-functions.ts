/** A function that a page says is in a package. */
export interface NamedFunction {
  /** The name of the package, or of an entry of it: `npz`, `npz/file`. */
  package: string;
  function: string;
}

const PACKAGE = /@face-sets\/([a-z-]+(?:\/[a-z]+)?)/;

/**
 * The functions that a page says are in a package: those that an example imports from it, and those whose names stand before
 * `of` or `in` and the package, in the same sentence: `` `splitEras` and `extendEras` of `@face-sets/cluster` ``. Where a word
 * stands between, as in "fill a cache of", it is that which is of the package.
 */
export function namedFunctions(page: string): NamedFunction[] {
  const [prose, examples] = [[], []] as [string[], string[]];
  page.split(/^```.*$/m).forEach((part, i) => {
    (i % 2 === 0 ? prose : examples).push(part);
  });
  return [
    ...examples.flatMap(imports),
    ...prose
      .join('\n\n')
      .split(/\n\s*\n/)
      .flatMap(mentions),
  ];
}

function imports(example: string): NamedFunction[] {
  const from = new RegExp(`^import \\{([^}]*)\\} from '${PACKAGE.source}';$`, 'gm');
  return [...example.matchAll(from)].flatMap(([, names, name]) =>
    names!
      .split(',')
      .map((part) => part.trim().split(' ')[0]!)
      .filter((part) => part !== '' && part !== 'type')
      .map((part) => ({ package: name!, function: part })),
  );
}

function mentions(paragraph: string): NamedFunction[] {
  const text = paragraph.replace(/\s+/g, ' ');
  const places = [...text.matchAll(new RegExp(`(?<=[\`,]) (?:of|in) \\[?\`?${PACKAGE.source}`, 'g'))];
  return places.flatMap(({ index, 1: name }) => {
    // Back to the end of the sentence before, or to what was said of another package.
    const before = text
      .slice(0, index)
      .split(/[.;:|] |@face-sets/)
      .at(-1)!;
    return [...before.matchAll(/`([a-z]+[A-Z]\w*)(?:\([^`]*\))?`/g)].map(([, named]) => ({
      package: name!,
      function: named!,
    }));
  });
}
