#!/usr/bin/env node
// npm links this file when it installs, which is before a fresh clone has been built: that happens on first use.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);

if (existsSync(main) || build()) await import(main.href);
else process.exitCode = 1;

/** Builds the repository that this file lies in; says why not and returns `false` where that is impossible. */
function build() {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
  if (!existsSync(new URL('../src/main.ts', import.meta.url))) {
    process.stderr.write(`face-sets: ${fileURLToPath(main)} is missing; install @face-sets/cli again\n`);
    return false;
  }
  if (!existsSync(nx)) {
    process.stderr.write(
      `face-sets: not built yet, and no build tools found; run "npm install" in ${root}\n`,
    );
    return false;
  }
  process.stderr.write('Building face-sets (first use only) …\n');
  const { status, stdout } = spawnSync(
    process.execPath,
    [nx, 'run-many', '-t', 'build', '-p', '@face-sets/cli', '--outputStyle=static'],
    {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status === 0 && existsSync(main)) return true;
  process.stderr.write(
    `${stdout}\nface-sets: the build failed; see above, or run "npm run build" in ${root}\n`,
  );
  return false;
}
