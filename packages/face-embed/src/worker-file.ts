import { existsSync } from 'node:fs';

/**
 * The compiled file of a worker thread that lies beside the caller's.
 *
 * Run from the sources (as tests are), the caller lies in `src` and only `dist` has compiled files.
 *
 * @param name file name without extension
 * @param caller the caller's `import.meta.url`
 */
export function workerFile(name: string, caller: string): URL {
  const beside = new URL(`./${name}.js`, caller);
  return existsSync(beside) ? beside : new URL(`../dist/${name}.js`, caller);
}
