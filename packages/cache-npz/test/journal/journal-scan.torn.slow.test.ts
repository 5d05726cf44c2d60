import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CacheFormatError, type FaceCacheData, FaceCacheWriter, readFaceCache } from '../../src/index.js';
import { enrichmentOf, faceRows, imageRecord, PROVENANCE } from '../cache-fixture.js';

const folder = tempDir('torn');
const path = join(folder, 'faces.npz');
const journal = `${path}.journal`;

describe('a journal that ends anywhere', () => {
  let npz: Buffer;
  let whole: Buffer;
  /** Journal length after each record, and what the cache then holds. */
  const states: { end: number; data: FaceCacheData }[] = [];

  beforeAll(async () => {
    const base = await FaceCacheWriter.open(path, PROVENANCE);
    for (let i = 0; i < 4; i++) base.addImage(imageRecord(i), faceRows(i));
    await base.close();
    npz = readFileSync(path);
    const before = await readFaceCache(path);
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    for (const step of [
      () => writer.addImage(imageRecord(4), faceRows(4)),
      () => writer.addImage(imageRecord(5), faceRows(5)),
      () => writer.updateImage(1, { path: '/moved.jpg', superseded: true }),
      () => writer.setEnrichment(6, enrichmentOf(6)),
      () => writer.addImage(imageRecord(6), faceRows(6)),
    ]) {
      step();
      await writer.flush();
      states.push({ end: statSync(journal).size, data: await readFaceCache(path) });
    }
    states.unshift({ end: 0, data: before });
    whole = readFileSync(journal);
    await writer.close({ fold: false });
  });

  function expectedAt(length: number): FaceCacheData {
    return states.filter(({ end }) => end <= length).at(-1)?.data as FaceCacheData;
  }

  it('reads as what was whole before, at every single byte', async () => {
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(journal, whole.subarray(0, length));
      expect(await readFaceCache(path)).toEqual(expectedAt(length));
    }
  });

  it('is taken up where its sound part ends, and what follows becomes part of it', async () => {
    for (let length = 0; length < whole.length; length += length % 400 < 20 ? 1 : 41) {
      writeFileSync(path, npz);
      writeFileSync(journal, whole.subarray(0, length));
      const expected = expectedAt(length);
      const writer = await FaceCacheWriter.open(path, PROVENANCE);
      expect(writer.images.length).toBe(expected.images.length);
      expect(writer.faceCount).toBe(expected.faceCount);
      const torn = !states.some(({ end }) => end === length);
      if (torn && length > states[1].end)
        expect(writer.notices[0]).toMatch(/ended in \d+ bytes of an unfinished write/);
      writer.addImage(imageRecord(30), faceRows(30));
      await writer.flush();
      const data = await readFaceCache(path);
      expect(data.images).toEqual([...expected.images, imageRecord(30)]);
      expect(data.faceCount).toBe(expected.faceCount + 2);
      await writer.close({ fold: length % 3 === 0 });
      expect((await readFaceCache(path)).images).toEqual([...expected.images, imageRecord(30)]);
    }
  });

  it('reads as what was whole before when a lost disk page left zeros', async () => {
    writeFileSync(path, npz);
    for (let length = 0; length <= whole.length; length += 17) {
      const zeroed = Buffer.from(whole).fill(0, length);
      writeFileSync(journal, zeroed);
      const read = await readFaceCache(path).catch((error) => error);
      // With zeros in the header, and records beyond what a header can be, it is damage and not a torn write.
      if (read instanceof CacheFormatError) expect(length).toBeLessThan(states[1].end);
      else expect(read).toEqual(expectedAt(length));
    }
  });

  it('never gives a wrong row when a bit of it flips', async () => {
    writeFileSync(path, npz);
    const prefixes = states.map(({ data }) => data);
    for (let at = 0; at < whole.length; at += at % 300 < 60 ? 1 : 7) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 1 << (at % 8);
      writeFileSync(journal, flipped);
      const read = await readFaceCache(path).catch((error) => error);
      if (read instanceof CacheFormatError) expect(read.message).toMatch(/damaged|does not belong/);
      else expect(prefixes).toContainEqual(read);
    }
  });

  it('is left alone when it belongs to another cache', async () => {
    const other = join(tempDir('torn'), 'other.npz');
    const writer = await FaceCacheWriter.open(other, PROVENANCE);
    writer.addImage(imageRecord(9), faceRows(9));
    await writer.close();
    writeFileSync(journal, whole);
    copyFileSync(journal, `${other}.journal`);
    await expect(readFaceCache(other)).rejects.toThrow(
      /other.npz.journal does not belong to .*started for another file/,
    );
    await expect(FaceCacheWriter.open(other, PROVENANCE)).rejects.toThrow(CacheFormatError);
    expect(readFileSync(`${other}.journal`).equals(whole)).toBe(true);
  });

  it('that is no journal at all is refused and left alone', async () => {
    writeFileSync(journal, 'something else');
    await expect(readFaceCache(path)).rejects.toThrow('is not a journal of this version');
    await expect(FaceCacheWriter.open(path, PROVENANCE)).rejects.toThrow('move it away');
    expect(readFileSync(journal, 'utf8')).toBe('something else');
  });
});

describe('a journal that was folded but is still there', () => {
  it('adds nothing a second time, and only what came after the fold', async () => {
    const target = join(tempDir('torn'), 'faces.npz');
    const base = await FaceCacheWriter.open(target, PROVENANCE);
    for (let i = 0; i < 4; i++) base.addImage(imageRecord(i), faceRows(i));
    await base.close();

    // The last call of a fold that changes anything is the removal of the journal: let it fail once.
    const { failingDisk } = await import('../failing-disk.js');
    let armed = true;
    const disk = failingDisk((_call, name) => {
      const fail = armed && name === 'unlink' && disk.calls.includes('rename');
      if (fail) armed = false;
      return fail ? 'EIO' : null;
    });
    const writer = await FaceCacheWriter.open(target, { ...PROVENANCE, fileSystem: disk });
    for (let i = 4; i < 8; i++) writer.addImage(imageRecord(i), faceRows(i));
    writer.setEnrichment(3, enrichmentOf(3));
    await writer.flush();
    const expected = await readFaceCache(target);
    await expect(writer.fold()).rejects.toThrow('EIO');
    expect(statSync(`${target}.journal`).size).toBeGreaterThan(0);
    expect(await readFaceCache(target)).toEqual(expected);
    const again = await FaceCacheWriter.open(`${target}`, PROVENANCE).catch((error) => error);
    expect(again.message).toMatch(/is being written by process/);
    await writer.close({ fold: false });
    expect(await readFaceCache(target)).toEqual(expected);

    const bytes = readFileSync(target);
    const next = await FaceCacheWriter.open(target, PROVENANCE);
    expect(next.images.length).toBe(8);
    await next.close();
    expect(readFileSync(target).equals(bytes)).toBe(true);
  });
});
