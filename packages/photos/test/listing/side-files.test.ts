import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type ListPhotosOptions, listPhotos } from '../../src/listing/list-photos.js';
import type { SideFileKind } from '../../src/listing/side-files.js';

/** Layouts as systems and programs make them: what is a photo of the user, and what is left out as what. */
const LAYOUTS: Record<string, { photos: string[]; left: [path: string, kind: SideFileKind][] }> = {
  'a Synology share': {
    photos: ['2019/IMG_1.JPG'],
    left: [
      ['2019/@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_XL.jpg', 'thumbnails'],
      ['2019/@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_M.jpg', 'thumbnails'],
      ['2019/SYNOPHOTO_THUMB_B.jpg', 'thumbnails'],
      ['#recycle/2018/IMG_0.JPG', 'trash'],
      ['#snapshot/GMT-2024.01.01/2019/IMG_1.JPG', 'snapshots'],
    ],
  },
  'a QNAP share': {
    photos: ['Photos/a.jpg'],
    left: [
      ['Photos/.@__thumb/s100a.jpg', 'thumbnails'],
      ['@Recycle/Photos/b.jpg', 'trash'],
      ['@Recently-Snapshot/GMT+01/Photos/a.jpg', 'snapshots'],
    ],
  },
  'a Windows disk': {
    photos: ['Bilder/a.jpg'],
    left: [
      ['$RECYCLE.BIN/S-1-5-21/$R1AB2C3.jpg', 'trash'],
      ['$Recycle.Bin/S-1-5-21/$R1AB2C4.jpg', 'trash'],
      ['System Volume Information/x.jpg', 'hidden'],
    ],
  },
  'a Linux disk with digiKam and Nautilus': {
    photos: ['a.jpg'],
    left: [
      ['.dtrash/files/b.jpg', 'trash'],
      ['.Trash-1000/files/c.jpg', 'trash'],
      ['.Trash/d.jpg', 'trash'],
      ['.thumbnails/large/0123.png', 'thumbnails'],
      ['.zfs/snapshot/daily/a.jpg', 'snapshots'],
    ],
  },
  'an Android phone': {
    photos: ['DCIM/Camera/IMG_20240101_120000.jpg'],
    left: [
      ['DCIM/Camera/.trashed-1709900000-IMG_20240101_110000.jpg', 'trash'],
      ['DCIM/.thumbnails/1.jpg', 'thumbnails'],
      ['Pictures/.Gallery2/recycle/x.jpg', 'hidden'],
    ],
  },
  "a library of Apple's Photos": {
    photos: ['Photos Library.photoslibrary/originals/4/4A1.jpeg', 'Old.photoslibrary/Masters/2014/b.JPG'],
    left: [
      ['Photos Library.photoslibrary/resources/derivatives/4/4A1_1_105_c.jpeg', 'thumbnails'],
      ['Photos Library.photoslibrary/resources/renders/4/4A1_1_201_a.jpeg', 'thumbnails'],
      ['Old.photoslibrary/Thumbnails/2014/b.jpg', 'thumbnails'],
      ['Old.photoslibrary/Previews/2014/b.jpg', 'thumbnails'],
    ],
  },
  'a zip from a Mac, a stick that was in one': {
    photos: ['album/a.jpg'],
    left: [
      ['__MACOSX/album/._a.jpg', 'side files'],
      ['album/._a.jpg', 'side files'],
      ['.Trashes/501/b.jpg', 'trash'],
      ['.AppleDouble/a.jpg', 'side files'],
    ],
  },
  'folders of Picasa and Lightroom': {
    photos: ['2010/a.jpg'],
    left: [
      ['2010/.picasaoriginals/a.jpg', 'side files'],
      ['Catalog Previews.lrdata/1/2.jpg', 'thumbnails'],
    ],
  },
};

function tree(paths: readonly string[]): string {
  const root = tempDir('side');
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

async function list(root: string, options?: ListPhotosOptions): Promise<string[]> {
  const paths: string[] = [];
  for await (const photo of listPhotos([root], options)) paths.push(photo.path.slice(root.length + 1));
  return paths.sort();
}

describe('Side files', () => {
  it.each(Object.entries(LAYOUTS))('of %s are left out, each of its kind', async (_, { photos, left }) => {
    const root = tree([...photos, ...left.map(([path]) => path)]);
    const told: [string, SideFileKind][] = [];
    expect(await list(root, { onSideFile: ({ path, kind }) => told.push([path, kind]) })).toEqual(
      [...photos].sort(),
    );
    for (const [path, kind] of left) {
      const by = told.find(([at]) => join(root, path) === at || join(root, path).startsWith(`${at}/`));
      expect(by?.[1], path).toBe(kind);
    }
  });

  it.each(Object.entries(LAYOUTS))('of %s are taken with includeHidden', async (_, { photos, left }) => {
    const all = [...photos, ...left.map(([path]) => path)].sort();
    expect(await list(tree(all), { includeHidden: true })).toEqual(all);
  });

  it('are taken where the source itself is such a folder, since it was asked for', async () => {
    const root = tree(['#recycle/2018/a.jpg', '#recycle/2018/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg']);
    expect(await list(join(root, '#recycle'))).toEqual(['2018/a.jpg']);
  });

  it('of an Apple library are left out too where the library is the source', async () => {
    const root = tree(['P.photoslibrary/originals/a.jpeg', 'P.photoslibrary/resources/derivatives/a.jpeg']);
    expect(await list(join(root, 'P.photoslibrary'))).toEqual(['originals/a.jpeg']);
  });

  it('have names that only look alike and are left in', async () => {
    const photos = [
      'recycle/a.jpg',
      'My Trash/b.jpg',
      'snapshot/c.jpg',
      'thumbnails/d.jpg',
      '_e.jpg',
      'eaDir/f.jpg',
    ];
    expect(await list(tree(photos))).toEqual([...photos].sort());
  });
});

it('Raw files, videos and pictures in other formats are named, other files are not', async () => {
  const root = tree(['a.CRW', 'b.crw', 'c.MP4', 'd.jxl', 'e.txt', 'f.jpg.xmp', '@eaDir/g.mp4', 'dng']);
  const passed: string[] = [];
  await list(root, { onPassedOver: ({ path, extension }) => passed.push(`${basename(path)} ${extension}`) });
  expect(passed).toEqual(['a.CRW crw', 'b.crw crw', 'c.MP4 mp4', 'd.jxl jxl']);
});
