import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the house may look like; `docs/design.md` says why. */
export const LIMITS = {
  /** Source files directly in a folder that has no sub-folders. */
  filesInFolder: 25,
  /** Share of all lines of source that one package may have. */
  shareOfLines: 0.25,
  /** Lines of a file. */
  linesOfFile: 300,
};

/** Files and folders of tests that mirror no source, and why; by path below the repository. */
export const UNMIRRORED: Readonly<Record<string, string>> = {
  'packages/face-embed/test/analysis/golden.test.ts': 'compares all of analysis/ with InsightFace',
  'packages/face-embed/test/library/hostile-files.slow.test.ts': 'feeds hostile files to all of library/',
  'packages/people/test/identity/random-sequences.test.ts': 'holds all of identity/ to random decisions',
  'packages/quality/test/picture/opencv.test.ts': 'compares all of picture/ with OpenCV',
  'packages/quality/test/scores/degradation.test.ts':
    'compares the scores of photos that get worse and worse',
};

/** What is counted of a package. */
export interface PackageSize {
  name: string;
  /** Of its source files and of what its pages are made of, comments and blank lines included. */
  lines: number;
  files: number;
}

/**
 * The source files of a package with their numbers of lines, by path below the repository, with `/`: what is compiled in
 * `src`, and what its pages are made of in `assets`.
 */
function sourceFiles(root: string, name: string): { path: string; lines: number }[] {
  const dir = join(root, 'packages', name);
  return [...filesBelow(join(dir, 'src'), /\.ts$/), ...filesBelow(join(dir, 'assets'), /\.(js|css)$/)].map(
    (file) => ({
      path: relative(root, file).replaceAll('\\', '/'),
      lines: readFileSync(file, 'utf8').split('\n').length - 1,
    }),
  );
}

function filesBelow(dir: string, wanted: RegExp): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => wanted.test(file))
    .map((file) => join(dir, file));
}

/** The names of all packages, in alphabetical order. */
export function packageNames(root: string): string[] {
  return readdirSync(join(root, 'packages')).sort();
}

/** The sizes of all packages. */
export function packageSizes(root: string): PackageSize[] {
  return packageNames(root).map((name) => {
    const files = sourceFiles(root, name);
    return { name, lines: files.reduce((sum, { lines }) => sum + lines, 0), files: files.length };
  });
}

/** A row of the table of packages in `docs/design.md`. */
export interface PackageRow extends PackageSize {
  /** Functions that its index exports; no classes. */
  functions: number;
}

/** What the built index of a package exports, by name. */
export async function packageExports(root: string, name: string): Promise<Record<string, unknown>> {
  return await import(pathToFileURL(join(root, 'packages', name, 'dist/index.js')).href);
}

/** The rows of the table of packages, without the sums. The packages must have been built. */
export async function packageRows(root: string): Promise<PackageRow[]> {
  const rows: PackageRow[] = [];
  for (const size of packageSizes(root)) {
    const exported = Object.values(await packageExports(root, size.name));
    const functions = exported.filter((value) => typeof value === 'function' && !/^class\b/.test(`${value}`));
    rows.push({ ...size, functions: functions.length });
  }
  return rows;
}

/** The numbers of the table, in the order of its columns. */
const COLUMNS = ['lines', 'files', 'functions'] as const;

/** The last row of the table: the sums of the others. */
export function sumOf(rows: readonly PackageRow[]): PackageRow {
  const sum: PackageRow = { name: 'all', lines: 0, files: 0, functions: 0 };
  for (const row of rows) for (const of of COLUMNS) sum[of] += row[of];
  return sum;
}

/** By how much a number in the table of packages may be off. */
const TOLERANCE = 0.1;

/**
 * Where the table of packages on a page does not fit the packages, a line each: one is missing, one is gone, or the
 * number of its lines, files or functions is off by more than a tenth.
 */
export function outdatedRows(page: string, packages: readonly PackageRow[]): string[] {
  const rows = new Map(
    [...page.matchAll(/^\| ([\w-]+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
      ([, name, lines, files, functions]) => [
        name!,
        { lines: Number(lines), files: Number(files), functions: Number(functions) },
      ],
    ),
  );
  const outdated = [...packages, sumOf(packages)].flatMap((expected) => {
    const row = rows.get(expected.name);
    rows.delete(expected.name);
    if (!row) return [`${expected.name} is missing`];
    return COLUMNS.filter((of) => Math.abs(row[of] - expected[of]) > TOLERANCE * expected[of]).map(
      (of) => `${expected.name} has ${expected[of]} ${of}, not ${row[of]}`,
    );
  });
  return [...outdated, ...[...rows.keys()].map((name) => `${name} is no package`)];
}

/** Where the house is beyond its {@link LIMITS}, a line each; empty where it is in order. */
export function brokenLimits(root: string): string[] {
  const sizes = packageSizes(root);
  const all = sizes.reduce((sum, { lines }) => sum + lines, 0);
  const broken = sizes
    .filter(({ lines }) => lines > LIMITS.shareOfLines * all)
    .map(({ name, lines }) => `${name} has ${lines} of ${all} lines`);
  for (const { name } of sizes) {
    for (const { path, lines } of sourceFiles(root, name)) {
      if (lines > LIMITS.linesOfFile) broken.push(`${path} has ${lines} lines`);
    }
    broken.push(...fullFolders(root, join('packages', name, 'src')));
    broken.push(...unmirroredTests(root, name));
  }
  return broken;
}

function fullFolders(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  const files = entries.filter((entry) => entry.isFile()).length;
  const isFull = folders.length === 0 && files > LIMITS.filesInFolder;
  return [
    ...(isFull ? [`${folder} has ${files} files and no sub-folders`] : []),
    ...folders.flatMap((entry) => fullFolders(root, join(folder, entry.name))),
  ];
}

/**
 * Where the sub-folders of `test/` do not mirror those of `src/`, a line each. A test in one of them has the name of a
 * source file of the mirrored folder, and a word more where a file has several: `clean.test.ts`, `clean.names.test.ts`,
 * `clean.slow.test.ts`. What lies in `test/` itself is about the package as a whole.
 */
function unmirroredTests(root: string, name: string): string[] {
  const [test, src] = ['test', 'src'].map((part) => join(root, 'packages', name, part)) as [string, string];
  const entries = existsSync(test) ? readdirSync(test, { recursive: true, withFileTypes: true }) : [];
  return entries.flatMap((entry) => {
    const folder = relative(test, entry.parentPath);
    const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    if (path in UNMIRRORED) return [];
    if (entry.isDirectory()) {
      return existsSync(join(src, folder, entry.name)) ? [] : [`${path}/ mirrors no folder of src/`];
    }
    const [of] = entry.name.split('.');
    if (folder === '' || !entry.name.endsWith('.test.ts') || existsSync(join(src, folder, `${of}.ts`)))
      return [];
    return [`${path} has the name of no file of src/${folder.replaceAll('\\', '/')}/`];
  });
}
