import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { availableProcessors } from '../src/index.js';

function machine(files: Record<string, string>): string {
  const root = tempDir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('availableProcessors', () => {
  it('is what the system allows where there is no quota', () => {
    const unlimited = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' };
    expect(availableProcessors(machine(unlimited))).toBe(availableParallelism());
    expect(availableProcessors(machine({}))).toBe(availableParallelism());
    const version1 = {
      'proc/self/cgroup': '4:cpu,cpuacct:/\n1:name=systemd:/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    expect(availableProcessors(machine(version1))).toBe(availableParallelism());
  });

  it.each(['100000 100000', '150000 100000', '20000 100000'])('is 1 with the quota "%s"', (quota) => {
    expect(
      availableProcessors(machine({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': `${quota}\n` })),
    ).toBe(1);
  });

  it('is never more than the system allows', () => {
    const files = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '99999999 1000\n' };
    expect(availableProcessors(machine(files))).toBe(availableParallelism());
  });

  it('heeds the quota of a group further up', () => {
    const files = {
      'proc/self/cgroup': '0::/jobs.slice/one.service\n',
      'sys/fs/cgroup/jobs.slice/cpu.max': '100000 100000\n',
      'sys/fs/cgroup/jobs.slice/one.service/cpu.max': 'max 100000\n',
    };
    expect(availableProcessors(machine(files))).toBe(1);
  });

  it('heeds quotas of version 1', () => {
    const files = {
      'proc/self/cgroup': '4:cpu,cpuacct:/docker/abc\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    expect(availableProcessors(machine(files))).toBe(1);
  });
});
