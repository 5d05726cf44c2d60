import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { CacheLockedError, FaceCacheWriter, readFaceCache } from '../../src/index.js';
import { faceRows, imageRecord, PROVENANCE } from '../cache-fixture.js';

function newPath(): string {
  return join(tempDir('lock'), 'faces.npz');
}

function writeLock(path: string, owner: object): void {
  writeFileSync(`${path}.lock`, JSON.stringify({ since: Date.now(), started: null, token: 'x', ...owner }));
}

const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a cache', () => {
  it('keeps a second writer out and says who has it, while readers read', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(1), faceRows(1));
    await writer.flush();
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow(CacheLockedError);
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow(
      `by process ${process.pid} on ${hostname()}`,
    );
    expect((await readFaceCache(path)).faceCount).toBe(1);
    await writer.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    await (await FaceCacheWriter.open(path, PROVENANCE)).close();
  });

  it('is taken over, with a notice, from a process that is no longer there', async () => {
    const path = newPath();
    const pid = deadPid();
    writeLock(path, { pid, host: hostname() });
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    expect(writer.notices).toEqual([
      `took over ${path}.lock from process ${pid}, which is no longer running`,
    ]);
    expect(JSON.parse(readFileSync(`${path}.lock`, 'utf8')).pid).toBe(process.pid);
    await writer.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.skipIf(!existsSync('/proc/self/stat'))(
    'is taken over when its pid now belongs to another process (skipped without /proc)',
    async () => {
      const path = newPath();
      writeLock(path, { pid: process.pid, host: hostname(), started: 'another boot:1' });
      const writer = await FaceCacheWriter.open(path, PROVENANCE);
      expect(writer.notices[0]).toMatch(/no longer running/);
      await writer.close();
    },
  );

  it('is taken over from a container that had the same pid before this process began', async () => {
    const path = newPath();
    writeLock(path, {
      pid: process.pid,
      host: hostname(),
      since: Date.now() - process.uptime() * 1000 - 60_000,
    });
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    expect(writer.notices).toHaveLength(1);
    await writer.close();
  });

  it('of another machine is never taken over; the message says what to do', async () => {
    const path = newPath();
    writeLock(path, { pid: 1, host: 'elsewhere' });
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow(
      new RegExp(`process 1 on elsewhere since .*if that process is gone, remove ${path}.lock`),
    );
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it.each(['', 'nonsense', '{"pid":"x"}', 'null'])('that holds %j is taken over', async (text) => {
    const path = newPath();
    writeFileSync(`${path}.lock`, text);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    expect(writer.notices[0]).toMatch(/from an unknown process/);
    await writer.close();
  });

  it('is only got by one of many who find it stale', async () => {
    const path = newPath();
    writeLock(path, { pid: deadPid(), host: hostname() });
    const openings = await Promise.allSettled(
      Array.from({ length: 8 }, () => FaceCacheWriter.open(path, PROVENANCE)),
    );
    const writers = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []));
    expect(writers).toHaveLength(1);
    for (const opening of openings) {
      if (opening.status === 'rejected') expect(opening.reason).toBeInstanceOf(CacheLockedError);
    }
    await writers[0].close();
  });

  it('that is lost stops the writer before it writes again', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(1), faceRows(1));
    await writer.flush();
    rmSync(`${path}.lock`);
    const second = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(2), faceRows(2));
    await expect(writer.flush()).rejects.toThrow('was removed or taken by another process');
    await expect(writer.close()).rejects.toThrow(CacheLockedError);
    expect(existsSync(`${path}.lock`)).toBe(true);
    second.addImage(imageRecord(3), faceRows(3));
    await second.close();
    expect((await readFaceCache(path)).images).toEqual([imageRecord(1), imageRecord(3)]);
  });
});
