import { linkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { album } from './album.js';

describe('files of the same bytes', () => {
  it('are listed with the one that manifests name, and with the room that the others take', async () => {
    const { find } = album([
      { name: 'a', scene: 1, aliases: 2, bytes: 500 },
      { name: 'b', scene: 2 },
      { name: 'c', scene: 3, aliases: 1 },
    ]);
    const { manifest } = await find();
    const seen = manifest.identical.map(({ id, best, bytes, copies, why }) => ({
      id,
      best: basename(best),
      bytes,
      copies: copies.map(({ source, ...more }) => [basename(source), more]),
      why,
    }));
    const why = 'the same bytes as the others; manifests name it as the source';
    expect(seen).toEqual([
      {
        id: 'identical_001',
        best: 'a',
        bytes: 500,
        copies: [
          ['a-0', {}],
          ['a-1', {}],
        ],
        why,
      },
      { id: 'identical_002', best: 'c', bytes: 100, copies: [['c-0', {}]], why },
    ]);
    expect(manifest.summary).toMatchObject({
      identical_groups: 2,
      identical_copies: 3,
      identical_bytes: 1100,
      problems: 0,
    });
  });

  it.each([
    ['hard', linkSync],
    ['symbolic', symlinkSync],
  ])('that are %s links to it take no room, and are said to be links', async (_, link) => {
    const { find, dir } = album([{ name: 'a', scene: 1, aliases: 2 }]);
    const links = async (...names: string[]) => {
      for (const name of names) {
        rmSync(join(dir, name));
        link(join(dir, 'a'), join(dir, name));
      }
      const { manifest } = await find();
      const [{ copies, why }] = manifest.identical;
      return { why, same: copies.map(({ same_file }) => same_file), bytes: manifest.summary.identical_bytes };
    };
    expect(await links('a-0')).toEqual({
      why: 'the same bytes as the others; manifests name it as the source',
      same: [true, undefined],
      bytes: 100,
    });
    expect(await links('a-1')).toEqual({
      why: 'the same bytes as the others, which are links to it; manifests name it as the source',
      same: [true, true],
      bytes: 0,
    });
  });

  it('have another best where the source is gone, and are no group where one alone is left', async () => {
    const { find, dir } = album([{ name: 'a', scene: 1, aliases: 2 }]);
    rmSync(join(dir, 'a'));
    const { manifest } = await find();
    expect(basename(manifest.identical[0].best)).toBe('a-0');
    expect(manifest.identical[0].copies.map(({ source }) => basename(source))).toEqual(['a-1']);
    expect(manifest.problems.map(({ source }) => basename(source))).toEqual(['a']);
    writeFileSync(join(dir, 'a-1'), 'another');
    const later = (await find()).manifest;
    expect(later.identical).toEqual([]);
    expect(later.problems).toHaveLength(2);
  });
});
