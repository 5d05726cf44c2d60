import { existsSync } from 'node:fs';

/**
 * The compiled file of a worker thread that lies beside the caller's.
 *
 * Tests run from the sources: there the caller lies below `src`, and only `dist` has compiled files.
 *
 * @param name file name without extension
 * @param caller the caller's `import.meta.url`
 */
export function workerFile(name: string, caller: string): URL {
  const beside = new URL(`./${name}.js`, caller);
  if (existsSync(beside)) return beside;
  const at = beside.href.lastIndexOf('/src/');
  return new URL(`${beside.href.slice(0, at)}/dist/${beside.href.slice(at + '/src/'.length)}`);
}
