import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tempDir } from './temp.js';

/** What a program did outside of itself. */
export interface WatchedProgram {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Sockets that it opened, as strace prints the calls; not the pairs by which a process talks to its own children. */
  sockets: string[];
  /** Absolute paths that it created, opened for writing, renamed or removed outside of the allowed folders. */
  touched: string[];
  /** What lies below HOME, the folder for temporary files and the working folder afterward, relative to each. */
  left: { home: string[]; temp: string[]; cwd: string[] };
}

export interface WatchProgramOptions {
  /** Folders that the program may write in. */
  allowed: readonly string[];
  /** Added to an environment that has PATH, HOME and TMPDIR and nothing else. */
  env?: Record<string, string>;
  /** HOME cannot be written to. Only for root, whose right to write everywhere is dropped. Default: no. */
  readOnlyHome?: boolean;
}

/** System calls that reach the network or change the file system. */
const WATCHED =
  'network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,' +
  'symlink,symlinkat,chmod,fchmodat,chown,fchownat,truncate,mknod,mknodat';

/** Why programs cannot be watched here, or `null` where they can: Linux, strace, and the right to trace. */
export function whyNotWatched(): string | null {
  if (process.platform !== 'linux') return 'strace runs on Linux only';
  const { status, error } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
  if (error) return 'strace is not installed';
  return status === 0 ? null : 'strace is not allowed to trace';
}

/**
 * Runs a program under strace with a HOME, a folder for temporary files and a working folder of its own, all empty, and
 * without a network where a network namespace can be made, so that nothing of a faulty program gets out.
 *
 * @throws {Error} when the program does not start.
 */
export function watchProgram(
  command: string,
  args: readonly string[],
  { allowed, env = {}, readOnlyHome = false }: WatchProgramOptions,
): WatchedProgram {
  const root = realpathSync(tempDir('watched'));
  const [home, temp, cwd] = ['home', 'temp', 'cwd'].map((name) => join(root, name));
  for (const dir of [home, temp, cwd]) mkdirSync(dir, { mode: readOnlyHome && dir === home ? 0o555 : 0o755 });
  const log = join(mkdtempSync(join(root, 'log-')), 'strace');
  const alone = canUnshare() ? ['unshare', '--net'] : [];
  const bound = readOnlyHome ? ['setpriv', '--bounding-set=-dac_override', '--inh-caps=-dac_override'] : [];
  const trace = ['strace', '-f', '-qq', '-y', '-s', '256', '-o', log, '-e', `trace=${WATCHED}`];
  const [first, ...rest] = [...alone, ...bound, ...trace, command, ...args];
  const { status, error, stdout, stderr } = spawnSync(first!, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temp, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  const lines = readFileSync(log, 'utf8').split('\n');
  const inside = (path: string) =>
    [...allowed.map((dir) => realpathSync(dir)), '/dev', '/proc'].some(
      (dir) => path === dir || path.startsWith(`${dir}/`),
    );
  return {
    code: status,
    stdout,
    stderr,
    sockets: lines.filter((line) => /\bsocket\(/.test(line)),
    touched: [...new Set(lines.flatMap((line) => changedPaths(line, cwd)))].filter((path) => !inside(path)),
    left: { home: below(home), temp: below(temp), cwd: below(cwd) },
  };
}

/** Absolute paths that a call would change. */
function changedPaths(line: string, cwd: string): string[] {
  const call = /^\d+\s+(\w+)\((.*)$/.exec(line);
  if (!call) return [];
  const [, name, rest] = call as unknown as [string, string, string];
  // A call that failed changed nothing, and what one thread began another line ends.
  if (/ = -1 /.test(rest)) return [];
  if (/^(open|openat|openat2)$/.test(name) && !/O_(WRONLY|RDWR|CREAT)/.test(rest)) return [];
  if (
    !/^(open|openat|openat2|creat|mkdir|mkdirat|rename|unlink|rmdir|link|symlink|chmod|fchmodat|chown|fchownat|truncate|mknod)/.test(
      name,
    )
  )
    return [];
  // Whether a path is there is asked by opening it with O_PATH or for reading, which is not listed here.
  return [...rest.matchAll(/(?:(AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/g)].map(([, , at, path]) =>
    resolve(at ?? cwd, path!),
  );
}

function below(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
}

let unshares: boolean | undefined;

function canUnshare(): boolean {
  unshares ??= spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0;
  return unshares;
}
