import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Processors that this process may keep busy: those that it is allowed to run on, and no more than the CPU
 * quota of its container or service (Linux control groups, version 1 and 2). At least 1.
 *
 * More threads than the quota allows do not share it, they are stopped in turn: a network call of ONNX Runtime,
 * whose threads wait for each other, can take a hundred times as long then.
 *
 * @param root where `/proc` and `/sys` are looked for; default `/`
 */
export function availableProcessors(root = '/'): number {
  const quota = Math.min(...quotas(root));
  return Math.max(1, Math.min(availableParallelism(), Math.floor(quota)));
}

/** The quotas, in processors, of the process's control group and of all that hold it. */
function* quotas(root: string): Generator<number> {
  yield Number.POSITIVE_INFINITY;
  const groups = read(join(root, 'proc/self/cgroup')) ?? '';
  for (const line of groups.split('\n')) {
    const [, controllers, path] = line.match(/^\d+:([^:]*):(\/.*)$/) ?? [];
    if (path === undefined) continue;
    const version2 = controllers === '';
    if (!version2 && !controllers.split(',').includes('cpu')) continue;
    const mount = join(root, version2 ? 'sys/fs/cgroup' : 'sys/fs/cgroup/cpu');
    for (let group = path; ; group = dirname(group)) {
      // Inside a container the path may not exist below the mount; its own root does.
      yield version2 ? quota2(join(mount, group)) : quota1(join(mount, group));
      if (group === '/') break;
    }
  }
}

function quota2(folder: string): number {
  const [quota, period] = (read(join(folder, 'cpu.max')) ?? 'max').trim().split(/\s+/);
  return quota === 'max' ? Number.POSITIVE_INFINITY : ratio(quota, period);
}

function quota1(folder: string): number {
  return ratio(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')));
}

function ratio(quota: string | undefined, period: string | undefined): number {
  const processors = Number(quota) / Number(period);
  // Version 1 says −1 where there is no quota.
  return processors > 0 ? processors : Number.POSITIVE_INFINITY;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
