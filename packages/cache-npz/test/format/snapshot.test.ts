import { type FileSystem, nodeFileSystem } from '@face-sets/files';
import { describe, expect, it } from 'vitest';
import { FaceCacheWriter, readFaceCache } from '../../src/index.js';
import { faceRows, imageRecord, newPath, PROVENANCE } from '../cache-fixture.js';

/** The real disk, on which something is done just before a reader looks for the `.npz`. */
const diskThat = (work: () => Promise<void>): FileSystem => ({
  ...nodeFileSystem,
  realpath: nodeFileSystem.realpath,
  async stat(path) {
    if (path.endsWith('.npz')) await work();
    return nodeFileSystem.stat(path);
  },
});

describe('a reader beside a writer', () => {
  it.each([1, 2])(
    'gets a whole cache when it is folded %i times between the opening of its two files',
    async (folds) => {
      const path = newPath();
      const writer = await FaceCacheWriter.open(path, PROVENANCE);
      let images = 0;
      const add = () => writer.addImage(imageRecord(images), faceRows(images++));
      for (let i = 0; i < 5; i++) add();
      await writer.flush();
      let looked = 0;
      const fileSystem = diskThat(async () => {
        if (looked++ > 0) return;
        await writer.fold();
        for (let i = 1; i < folds; i++) {
          add();
          await writer.fold();
        }
      });
      const data = await readFaceCache(path, { fileSystem });
      expect(data.images).toEqual(Array.from({ length: images }, (_, i) => imageRecord(i)));
      // One fold is in the journal that was opened before; after two it has to look again.
      expect(looked).toBe(folds);
      await writer.close();
    },
  );

  it('gets what was flushed since, before it is folded', async () => {
    const path = newPath();
    const writer = await FaceCacheWriter.open(path, PROVENANCE);
    writer.addImage(imageRecord(0), faceRows(0));
    await writer.fold();
    writer.addImage(imageRecord(1), faceRows(1));
    expect((await readFaceCache(path)).images).toHaveLength(1);
    await writer.flush();
    expect((await readFaceCache(path)).images).toHaveLength(2);
    await writer.close({ fold: false });
    expect((await readFaceCache(path)).images).toHaveLength(2);
  });
});
