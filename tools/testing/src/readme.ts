import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The examples of a package's README in a language, in order. */
export function readmeExamples(root: string, language: string): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return Array.from(blocks, ([, code]) => code);
}

/** What an example says that it prints: the comments at the ends of the lines that print. */
export function promisedOutput(code: string): string[] {
  return Array.from(code.matchAll(/console\.log.*\/\/ (.*)$/gm), ([, printed]) => printed);
}

/**
 * Runs a JavaScript example as a user of the package would.
 *
 * @param root the package, which the example may import by its name
 * @param folder where the example reads and writes files
 * @returns the lines that it printed
 */
export function runExample(root: string, folder: string, code: string): string[] {
  // Imports are found from the package, as they come before everything else; files are where the example runs.
  const moved = `process.chdir(${JSON.stringify(folder)});\n${code}`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', moved], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  return out.trim().split('\n');
}
