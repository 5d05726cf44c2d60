import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { drawPhoto, pythonWith, tempDir } from '@face-sets/testing';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodePng, fszEntryName, readFsz, validateFsz, writeFsz } from '../../src/index.js';

const pngs = (count: number, size = 64) =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      encodePng(drawPhoto(size, size, [{ who: i % 5, bbox: [5, 5, 40, 50] }])),
    ),
  );
const python = pythonWith('zipfile');
const zipinfo = spawnSync('zipinfo', ['-h']).status !== null;

afterEach(() => {
  vi.useRealTimers();
});

describe('writeFsz', () => {
  it('stores root entries in rank order, and nothing else', async () => {
    const path = join(tempDir('fsz'), 'a.fsz');
    const pictures = await pngs(3);
    const written = await writeFsz(path, [pictures[0], async () => pictures[1], pictures[2]]);
    expect(await readFsz(path)).toEqual(
      pictures.map((png, i) => ({ name: `000${i}.png`, png: new Uint8Array(png) })),
    );
    expect(await validateFsz(path, 64)).toBe(3);
    const bytes = readFileSync(path);
    expect(written).toEqual({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('gives the same bytes for the same pictures, at any time', async () => {
    const dir = tempDir('fsz');
    const pictures = await pngs(2);
    const one = await writeFsz(join(dir, 'a.fsz'), pictures);
    // A zip has times in steps of two seconds, from 1980 on.
    vi.setSystemTime(new Date('2031-05-06T07:08:10Z'));
    expect(await writeFsz(join(dir, 'b.fsz'), pictures)).toEqual(one);
  });

  it('leaves the old bundle and no temporary file when a picture cannot be read', async () => {
    const dir = tempDir('fsz');
    const path = join(dir, 'a.fsz');
    const pictures = await pngs(2);
    await writeFsz(path, pictures);
    const before = readFileSync(path);
    const broken = [pictures[0], () => Promise.reject(new Error('gone'))];
    await expect(writeFsz(path, broken)).rejects.toThrow(/cannot write a\.fsz: gone/);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dir)).toEqual(['a.fsz']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('names so that the order of names is that of ranks, beyond 10,000 too', () => {
    expect(fszEntryName(7, 10_000)).toBe('0007.png');
    expect(fszEntryName(9999, 10_000)).toBe('9999.png');
    expect(fszEntryName(7, 10_001)).toBe('00007.png');
  });

  it('refuses what face tools take for no face, says what it got, and leaves no file', async () => {
    const dir = tempDir('fsz');
    const path = join(dir, 'a.fsz');
    const raw = { create: { width: 4, height: 4, channels: 3 as const, background: '#a86' } };
    const [rgb] = await pngs(1);
    const wrong: [unknown, RegExp][] = [
      [[], /pngs: expected one PNG at least, received none/],
      [undefined, /received undefined/],
      ['faces/0000.png', /received the string "faces\/0000.png"/],
      [['faces/0000.png'], /pngs\[0\]: expected the bytes of a PNG, received the string/],
      [[rgb, new Uint8Array(0)], /pngs\[1\]: expected a PNG, received 0 other bytes/],
      [[await sharp(raw).jpeg().toBuffer()], /which are a JPEG/],
      [
        [async () => sharp(raw).ensureAlpha().png().toBuffer()],
        /expected a PNG of 8-bit RGB, .*received 8-bit RGBA/,
      ],
      [[await sharp(raw).toColourspace('b-w').png().toBuffer()], /received 8-bit gray/],
      [[await sharp(raw).png({ palette: true }).toBuffer()], /received .* palette/],
      [[await sharp(raw).toColourspace('rgb16').png().toBuffer()], /received 16-bit RGB/],
    ];
    for (const [input, message] of wrong) {
      const failure = await writeFsz(path, input as Uint8Array[]).then(
        () => null,
        (error: Error) => error,
      );
      expect(failure, String(message)).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      expect(failure!.message).toMatch(message);
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  it.skipIf(!zipinfo)('is clean to zipinfo and sound to unzip (needs Info-ZIP)', async () => {
    const path = join(tempDir('fsz'), 'a.fsz');
    await writeFsz(path, await pngs(3));
    const said = execFileSync('zipinfo', ['-v', path]).toString();
    const values = (what: RegExp) => [...said.matchAll(what)].map(([, value]) => value.trim());
    expect(values(/^ {2}(\S*\.\S*)$/gm)).toEqual(['0000.png', '0001.png', '0002.png']);
    expect(new Set(values(/compression method: +(.*)/g))).toEqual(new Set(['none (stored)']));
    expect(new Set(values(/file security status: +(.*)/g))).toEqual(new Set(['not encrypted']));
    expect(new Set(values(/length of extra field: +(.*)/g))).toEqual(new Set(['0 bytes']));
    expect(new Set(values(/length of file comment: +(.*)/g))).toEqual(new Set(['0 characters']));
    expect(new Set(values(/DOS date\/time\): +(.*)/g))).toEqual(new Set(['1980 Jan 1 00:00:00']));
    expect(said).toContain('There is no zipfile comment.');
    expect(execFileSync('unzip', ['-tq', path]).toString()).toContain('No errors detected');
  });

  it.skipIf(!python)(
    'is sound to the zipfile module of Python, with more entries than 16 bits count',
    async () => {
      const path = join(tempDir('fsz'), 'a.fsz');
      const [tiny] = await pngs(1, 8);
      await writeFsz(
        path,
        Array.from({ length: 70_000 }, () => tiny),
      );
      const report = execFileSync(python as string, [
        '-c',
        `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
infos = z.infolist()
print(z.testzip(), len(infos), infos[0].filename, infos[-1].filename, set(i.compress_type for i in infos), set(i.date_time for i in infos), set(i.flag_bits for i in infos), sum(len(i.extra) for i in infos), z.comment)`,
        path,
      ]).toString();
      expect(report.trim()).toBe("None 70000 00000.png 69999.png {0} {(1980, 1, 1, 0, 0, 0)} {0} 0 b''");
    },
  );
});
