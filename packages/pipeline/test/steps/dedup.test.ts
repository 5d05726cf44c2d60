import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForeignFileError } from '@face-sets/files';
import { readManifest } from '@face-sets/manifests';
import { makeCache, type PhotoOfTest, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { dedup } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-dedup');
const photos = threePeople(join(root, 'photos'));
const [first] = photos as [PhotoOfTest];
/** The same picture in other bytes. */
const near = join(root, 'photos', 'near.png');
const same = join(root, 'photos', 'same.png');

beforeAll(() => makeCache([first]));

/** A cache of its own of all photos and two copies of the first. */
async function cacheWithCopies(name: string): Promise<string> {
  const cache = join(root, name, 'faces.npz');
  const content = Buffer.concat([readFileSync(first.path), Buffer.of(0)]);
  const copies = [
    { ...first, aliases: [same] },
    { ...first, path: near, content },
  ];
  await drawnCache(cache, [...copies, ...photos.slice(1)]);
  return cache;
}

describe('dedup', () => {
  it('lists copies byte for byte and to the eye beside the cache', async () => {
    const cache = await cacheWithCopies('copies');
    const { events, onEvent } = listen();
    const { path, summary, problems } = await dedup(cache, { onEvent });
    expect(path).toBe(`${cache}.duplicates.json`);
    expect(problems).toEqual([]);
    expect(summary).toMatchObject({
      ...{ identical_groups: 1, identical_copies: 1, near_groups: 1, near_copies: 1 },
      photos: photos.length + 1,
    });
    const manifest = await readManifest(path, 'duplicates');
    expect(manifest.identical[0]).toMatchObject({ best: first.path, copies: [{ source: same }] });
    expect(manifest.near_duplicates[0]!.copies).toHaveLength(1);
    expect(events.slice(0, 2)).toEqual([
      expect.objectContaining({ type: 'warning', code: 'WARN_FOREIGN_THRESHOLDS' }),
      { type: 'start', stage: 'Comparing', unit: 'photos', interruptible: false },
    ]);
    expect(events.at(-1)).toEqual({
      ...{ type: 'end', stage: 'Comparing' },
      summary: `Compared ${photos.length + 1} photos`,
    });
  });

  it('names a file that has changed, and calls it no copy', async () => {
    const cache = await cacheWithCopies('changed');
    writeFileSync(near, 'something else');
    const { summary, problems } = await dedup(cache);
    expect(problems).toEqual([expect.objectContaining({ source: near })]);
    expect(summary).toMatchObject({ near_groups: 0, identical_groups: 1, problems: 1 });
  });

  it('leaves a file that is not its own where its list goes', async () => {
    const cache = await cacheWithCopies('foreign');
    const path = `${cache}.duplicates.json`;
    writeFileSync(path, '{}');
    await expect(dedup(cache)).rejects.toThrow(ForeignFileError);
    expect(readFileSync(path, 'utf8')).toBe('{}');
  });
});
