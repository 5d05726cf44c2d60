import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { collectPhotos } from '../../../src/index.js';
import { drawnCache } from '../../drawn-cache.js';

let root: string;
let cache: string;
let to: string;
const photo = (folder: string) => join(root, 'photos', folder, 'a.png');

beforeEach(async () => {
  root = tempDir('collect');
  cache = join(root, 'faces.npz');
  to = join(root, 'to', 'Anna');
  const faces = (left: number) => [
    { who: 0, bbox: [left, 60, left + 130, 220] as [number, number, number, number] },
  ];
  await drawnCache(cache, [
    { path: photo('2020'), faces: faces(20) },
    { path: photo('2021'), faces: faces(50), aliases: [join(root, 'photos', 'copies', 'b.png')] },
    { path: join(root, 'photos', 'c.png'), faces: faces(80) },
    { path: join(root, 'photos', 'ben.png'), faces: [{ who: 1, bbox: [20, 60, 150, 220] }] },
  ]);
});

describe('collectPhotos', () => {
  it('puts all photos of a person into a folder, numbers equal names, and changes nothing the second time', async () => {
    const { photos, person, failures } = await collectPhotos('1', cache, to);
    expect(photos).toEqual([
      { photo: photo('2020'), file: 'a.png', status: 'created' },
      { photo: photo('2021'), file: 'a (2).png', status: 'created' },
      { photo: join(root, 'photos', 'c.png'), file: 'c.png', status: 'created' },
    ]);
    expect([person, failures]).toEqual([1, []]);
    for (const { photo: path, file } of photos) {
      expect(readFileSync(join(to, file))).toEqual(readFileSync(path));
    }
    const again = await collectPhotos('1', cache, to);
    expect(again.photos.map(({ file, status }) => [file, status])).toEqual(
      photos.map(({ file }) => [file, 'unchanged']),
    );
    expect(readdirSync(to)).toHaveLength(3);
  });

  it('leaves files that are someone else’s as they are', async () => {
    await collectPhotos('1', cache, to);
    rmSync(join(to, 'c.png'));
    writeFileSync(join(to, 'c.png'), 'mine');
    const { photos } = await collectPhotos('1', cache, to);
    expect(photos.at(-1)).toMatchObject({ file: 'c (2).png', status: 'created' });
    expect(readFileSync(join(to, 'c.png'), 'utf8')).toBe('mine');
  });

  it('takes a copy where the photo itself is gone, and says which photo is nowhere', async () => {
    rmSync(photo('2021'));
    rmSync(join(root, 'photos', 'c.png'));
    const { photos, failures } = await collectPhotos('1', cache, to);
    expect(photos.map(({ file }) => file)).toEqual(['a.png', 'b.png']);
    expect(failures).toMatchObject([{ photo: join(root, 'photos', 'c.png'), reason: 'source-missing' }]);
    expect(existsSync(join(to, 'c.png'))).toBe(false);
  });

  it('links where it is told to', async () => {
    await collectPhotos('1', cache, to, { link: 'sym' });
    expect(readdirSync(to).every((file) => lstatSync(join(to, file)).isSymbolicLink())).toBe(true);
  });
});
