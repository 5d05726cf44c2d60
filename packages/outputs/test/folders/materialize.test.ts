import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LinkMode, materialize } from '../../src/index.js';

let dir: string;
let src: string;
let dst: string;
const record = (path: string) => ({
  sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  size: statSync(path).size,
  mtime: statSync(path).mtimeMs,
});

beforeEach(() => {
  dir = tempDir('materialize');
  mkdirSync(join(dir, 'out'));
  src = join(dir, 'photo.jpg');
  dst = join(dir, 'out', 'photo.jpg');
  writeFileSync(src, 'a photo');
  utimesSync(src, 1_500_000_000.123, 1_500_000_000.123);
});

describe('materialize', () => {
  it('copies content and time, and does nothing when the copy is there', async () => {
    expect(await materialize(src, dst)).toEqual({ status: 'created' });
    expect(readFileSync(dst, 'utf8')).toBe('a photo');
    expect(statSync(dst).mtimeMs).toBeCloseTo(statSync(src).mtimeMs, 0);
    expect(statSync(dst).ino).not.toBe(statSync(src).ino);
    const before = statSync(dst);
    expect(await materialize(src, dst)).toEqual({ status: 'unchanged' });
    expect(statSync(dst).ctimeMs).toBe(before.ctimeMs);
  });

  it.skipIf(process.platform !== 'linux')(
    'places a photo whose name is no UTF-8 in every mode (Linux: elsewhere there is none)',
    async () => {
      const name = Buffer.concat([Buffer.from(join(dir, 'f')), Buffer.of(0xfc), Buffer.from('r.jpg')]);
      writeFileSync(name, 'umlaut');
      const path = join(dir, 'f\udcfcr.jpg');
      for (const mode of ['clone', 'hard', 'sym'] as const) {
        const to = join(dir, 'out', `${mode}.jpg`);
        expect(await materialize(path, to, { mode })).toEqual({ status: 'created' });
        expect(readFileSync(to, 'utf8')).toBe('umlaut');
        expect(await materialize(path, to, { mode })).toEqual({ status: 'unchanged' });
      }
    },
  );

  it('hard-links the photo behind a symbolic link', async () => {
    const link = join(dir, 'out', 'to-photo.jpg');
    symlinkSync('../photo.jpg', link);
    expect(await materialize(link, dst, { mode: 'hard' })).toEqual({ status: 'created' });
    expect(lstatSync(dst).isFile()).toBe(true);
    expect(statSync(dst).ino).toBe(statSync(src).ino);
    expect(await materialize(link, dst, { mode: 'hard' })).toEqual({ status: 'unchanged' });
  });

  it.each([0o400, 0o444, 0o644, 0o755])(
    'copies a photo of mode %o into a file for the owner only, and leaves the photo as it is',
    async (mode) => {
      chmodSync(src, mode);
      expect(await materialize(src, dst)).toEqual({ status: 'created' });
      expect(statSync(dst).mode & 0o777).toBe(0o600);
      expect(statSync(src).mode & 0o777).toBe(mode);
      // A looser copy of an earlier version is tightened too.
      chmodSync(dst, 0o644);
      expect(await materialize(src, dst)).toEqual({ status: 'unchanged' });
      expect(statSync(dst).mode & 0o777).toBe(0o600);
    },
  );

  it('links, hard or symbolic, and knows its links again', async () => {
    expect(await materialize(src, dst, { mode: 'hard' })).toEqual({ status: 'created' });
    expect(statSync(dst).ino).toBe(statSync(src).ino);
    expect(await materialize(src, dst, { mode: 'hard' })).toEqual({ status: 'unchanged' });
    expect(await materialize(src, dst, { mode: 'sym', replace: true })).toEqual({ status: 'created' });
    expect(readlinkSync(dst)).toBe(src);
    expect(await materialize(src, dst, { mode: 'sym' })).toEqual({ status: 'unchanged' });
    expect(await materialize(src, dst, { mode: 'clone', replace: true })).toEqual({ status: 'created' });
    expect(lstatSync(dst).isSymbolicLink()).toBe(false);
    expect(readFileSync(src, 'utf8')).toBe('a photo');
  });

  it.each<LinkMode>(['clone', 'hard', 'sym'])('leaves a foreign file alone (%s)', async (mode) => {
    writeFileSync(dst, 'mine');
    expect(await materialize(src, dst, { mode })).toMatchObject({ status: 'failed', reason: 'foreign-file' });
    expect(readFileSync(dst, 'utf8')).toBe('mine');
  });

  it('replaces a symbolic link, not what it leads to', async () => {
    const precious = join(dir, 'precious.jpg');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, dst);
    expect(await materialize(src, dst, { replace: true })).toEqual({ status: 'created' });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(readFileSync(dst, 'utf8')).toBe('a photo');
  });

  it('replaces a hard link, not the content it shares', async () => {
    const precious = join(dir, 'precious.jpg');
    writeFileSync(precious, 'precious');
    linkSync(precious, dst);
    expect(await materialize(src, dst, { replace: true })).toEqual({ status: 'created' });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  it('reports a photo that is gone', async () => {
    const expected = record(src);
    rmSync(src);
    expect(await materialize(src, dst, { expected })).toMatchObject({
      status: 'failed',
      reason: 'source-missing',
      message: `${src} is no longer there`,
    });
    expect(existsSync(dst)).toBe(false);
  });

  it('reports a photo with another content, of whatever length', async () => {
    const expected = record(src);
    writeFileSync(src, 'another photo');
    expect(await materialize(src, dst, { expected })).toMatchObject({ reason: 'source-changed' });
    writeFileSync(src, 'b photo');
    expect(await materialize(src, dst, { expected })).toMatchObject({ reason: 'source-changed' });
    expect(existsSync(dst)).toBe(false);
  });

  it('takes a photo that was only touched', async () => {
    const expected = record(src);
    utimesSync(src, 1_600_000_000, 1_600_000_000);
    expect(await materialize(src, dst, { expected })).toEqual({ status: 'created' });
  });

  it('reports a folder in place of a photo, and an output folder that is not there', async () => {
    expect(await materialize(dir, dst)).toMatchObject({ status: 'failed', reason: 'source-unreadable' });
    expect(await materialize(src, join(dir, 'no', 'x.jpg'))).toMatchObject({
      status: 'failed',
      reason: 'write-failed',
    });
  });

  it('leaves no temporary file behind', async () => {
    await materialize(src, dst, { mode: 'hard' });
    await materialize(src, dst, { mode: 'hard' });
    await materialize(src, dst, { mode: 'sym', replace: true });
    await materialize(src, join(dir, 'no', 'x.jpg'));
    expect(readdirSync(join(dir, 'out'))).toEqual(['photo.jpg']);
  });
});
