import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFs } from '@face-sets/files';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  type ListPhotosOptions,
  type ListProblem,
  listPhotos,
  SourceError,
} from '../../src/listing/list-photos.js';

function tree(paths: readonly string[]): string {
  const root = tempDir('list');
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

async function list(root: string, options?: ListPhotosOptions): Promise<string[]> {
  const paths: string[] = [];
  for await (const photo of listPhotos([root], options)) paths.push(photo.path.slice(root.length + 1));
  return paths;
}

describe('listPhotos', () => {
  it('finds every photo extension in any case, and nothing else', async () => {
    const root = tree([
      'a.JPG',
      'b.jpeg',
      'c.Png',
      'd.heic',
      'e.txt',
      'f',
      'g.mp4',
      'h.TIFF',
      '.jpg',
      'i.jpg.part',
    ]);
    expect(await list(root)).toEqual(['a.JPG', 'b.jpeg', 'c.Png', 'd.heic', 'h.TIFF']);
    const all = ['jpe', 'JFIF', 'jif', 'mpo', 'HIF', 'heif', 'avif', 'webp', 'gif', 'bmp', 'tif'];
    expect(await list(tree(all.map((extension) => `photo.${extension}`)))).toHaveLength(all.length);
  });

  it('yields size and time of change, in a stable order by name, folders in place', async () => {
    const root = tree(['b/2.jpg', 'b/1.jpg', 'a.jpg', 'c.jpg', 'b/10.jpg']);
    expect(await list(root)).toEqual(['a.jpg', 'b/1.jpg', 'b/10.jpg', 'b/2.jpg', 'c.jpg']);
    for await (const photo of listPhotos([root])) {
      expect(photo.size).toBe(photo.path.length - root.length - 1);
      expect(Number.isInteger(photo.mtime)).toBe(true);
    }
  });

  it('survives spaces, newlines, emoji and decomposed Unicode in names', async () => {
    const names = ['a b.jpg', 'new\nline.jpg', '😀.jpg', 'e\u0301.jpg', '\u00e9.jpg', '-rf.jpg'];
    expect((await list(tree(names))).sort()).toEqual([...names].sort());
  });

  it.skipIf(process.platform !== 'linux')(
    'finds photos and folders whose names are no UTF-8 (Linux: elsewhere there are none)',
    async () => {
      const root = tree(['a.jpg']);
      const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff, 0xfe)]);
      mkdirSync(folder);
      writeFileSync(Buffer.concat([folder, Buffer.from('/f'), Buffer.of(0xfc), Buffer.from('r.jpg')]), 'x');
      const [plain, odd] = await list(root);
      expect(plain).toBe('a.jpg');
      expect(odd).toBe('\udcff\udcfe/f\udcfcr.jpg');
      expect(readFileSync(pathToFs(join(root, odd!)), 'utf8')).toBe('x');
    },
  );

  it('follows links to files and folders, and ends when links make a loop', async () => {
    const root = tree(['a/1.jpg', 'other.jpg']);
    symlinkSync(root, join(root, 'a/loop'));
    symlinkSync(join(root, 'other.jpg'), join(root, 'a/link.jpg'));
    const outside = tree(['2.jpg']);
    symlinkSync(outside, join(root, 'outside'));
    expect(await list(root)).toEqual(['a/1.jpg', 'a/link.jpg', 'other.jpg', 'outside/2.jpg']);
  });

  it('reports a link to a missing photo and goes on', async () => {
    const root = tree(['a.jpg']);
    symlinkSync(join(root, 'gone.jpg'), join(root, 'b.jpg'));
    const problems: ListProblem[] = [];
    expect(await list(root, { onProblem: (problem) => problems.push(problem) })).toEqual(['a.jpg']);
    expect(problems).toEqual([{ path: join(root, 'b.jpg'), message: 'link to a missing file' }]);
  });

  it.skipIf(process.platform === 'win32')('reports a folder that may not be read and goes on', async () => {
    const root = tree(['locked/a.jpg', 'z.jpg']);
    chmodSync(root, 0o755);
    chmodSync(join(root, 'locked'), 0);
    const problems: ListProblem[] = [];
    const found = await asOrdinaryUser(() => list(root, { onProblem: (problem) => problems.push(problem) }));
    chmodSync(join(root, 'locked'), 0o700);
    expect(found).toEqual(['z.jpg']);
    expect(problems.map((problem) => problem.message)).toEqual(['folder cannot be read: EACCES']);
  });

  it.skipIf(process.platform === 'win32')(
    'says so where it cannot tell an output, and lists it',
    async () => {
      const root = tree(['a.jpg', 'manifest.json']);
      chmodSync(root, 0o755);
      chmodSync(join(root, 'manifest.json'), 0);
      const problems: ListProblem[] = [];
      const found = await asOrdinaryUser(() =>
        list(root, { onProblem: (problem) => problems.push(problem) }),
      );
      expect(found).toEqual(['a.jpg']);
      expect(problems.map((problem) => problem.message)).toEqual([
        expect.stringMatching(/^cannot tell whether this is an output of face-sets.*manifest\.json.*EACCES/),
      ]);
    },
  );

  it('leaves out what the exclude globs match, relative to the source', async () => {
    const root = tree(['a.jpg', 'thumbs/b.jpg', 'x/thumbs/c.jpg', 'x/d.jpg', '.cache/e.jpg']);
    expect(await list(root, { exclude: ['thumbs'], includeHidden: true })).toEqual([
      '.cache/e.jpg',
      'a.jpg',
      'x/d.jpg',
      'x/thumbs/c.jpg',
    ]);
    expect(await list(root, { exclude: ['**/thumbs', '.*'], includeHidden: true })).toEqual([
      'a.jpg',
      'x/d.jpg',
    ]);
  });

  it('leaves out folders that are outputs of face-sets, finished or not, and says so', async () => {
    const root = tree([
      'a.jpg',
      'out/raw/person_001/b.jpg',
      'out/half/c.jpg',
      'mine/d.jpg',
      'out/faces.npz.duplicates/_report/ab/e.webp',
    ]);
    const page = '<!doctype html>\n<meta name="generator" content="face-sets report">';
    writeFileSync(join(root, 'out/faces.npz.duplicates/report.html'), page);
    writeFileSync(join(root, 'mine/report.html'), '<!doctype html>');
    writeFileSync(join(root, 'out/raw/manifest.json'), '{\n  "schema_version": 1,\n  "kind": "cluster"}');
    writeFileSync(join(root, 'out/half/.face-sets-files.json'), '{}');
    writeFileSync(join(root, 'mine/manifest.json'), '{"kind": "web app"}');
    const left: string[] = [];
    expect(await list(root, { onOwnOutput: (folder) => left.push(folder) })).toEqual(['a.jpg', 'mine/d.jpg']);
    expect(left).toEqual(
      ['out/faces.npz.duplicates', 'out/half', 'out/raw'].map((folder) => join(root, folder)),
    );
  });

  it('takes a single photo as a source', async () => {
    const root = tree(['a.jpg']);
    const photos = [];
    for await (const photo of listPhotos([join(root, 'a.jpg')])) photos.push(photo.path);
    expect(photos).toEqual([join(root, 'a.jpg')]);
  });

  it.each([
    ['missing', /source not found: .*missing/],
    ['a.txt', /neither a folder nor a photo/],
  ])('refuses the source %s before it yields anything', async (name, message) => {
    const root = tree(['a.txt', 'ok/b.jpg']);
    const listing = listPhotos([join(root, 'ok'), join(root, name)]).next();
    await expect(listing).rejects.toThrow(SourceError);
    await expect(listing).rejects.toThrow(message);
  });
});
