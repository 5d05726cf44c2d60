import { spawnSync } from 'node:child_process';

/** npm in a folder, without what `npm test` itself has set for this repository. */
export function npm(cwd: string, ...args: string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name),
    ),
  );
  return spawnSync('npm', args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' });
}

/** Installs packed tarballs into an empty project; says why not where no registry can be reached. */
export function installTarballs(project: string, tarballs: readonly string[]): string {
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=0', '--workspaces=false'];
  const scripts = '--ignore-scripts';
  const installed = npm(project, 'install', ...flags, scripts, ...tarballs.map((name) => `./${name}`));
  if (installed.status === 0) return '';
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|ENETUNREACH/.test(installed.stderr)) {
    return 'no package registry can be reached';
  }
  throw new Error(installed.stderr);
}
