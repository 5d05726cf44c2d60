import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';
import { ok, toyCollection } from '../toy-collection.js';

const root = tempDir('find');
let out: string;
/** A photo of person 1 alone. */
let photo: string;

beforeAll(async () => {
  ({ out } = await toyCollection(join(root, 'out')));
  const { faces } = JSON.parse(await ok('people', 'show', out, '1', '--json'));
  photo = faces.map((face: { photo: string }) => face.photo).find((path: string) => path.includes('2021'));
  await ok('people', 'name', out, '1', 'Anna');
});

describe('face-sets find', () => {
  it('says who is on a photo of the cache, a copy of one, and one that the cache does not have', async () => {
    const [copy, other] = [join(root, 'copy.jpg'), join(root, 'other.jpg')];
    copyFileSync(photo, copy);
    await sharp(photo).rotate().resize(500).jpeg().toFile(other);
    const before = readdirSync(out).sort();
    const text = await ok('find', photo, copy, other, out, '--models', await toyModels(), '--top', '1');
    expect(text).toMatch(
      /^\S+IMG_0002\.jpg: 1 face\n {2}\S+@\S+: Anna \(1\)\n {4}0\.\d{3} {2}Anna \(1\)\n {4}0\.\d{3} {2}\S+ \(person 1\)\n/,
    );
    expect(text).toMatch(/copy\.jpg: 1 face\n {2}\S+@\S+: Anna \(1\)\n/);
    expect(text).toMatch(/other\.jpg: 1 face \(not in the cache\)\n {2}\S+@\S+: Anna \(1\)\n/);
    expect(readdirSync(out).sort()).toEqual(before);
  });

  it('goes on after a photo that cannot be read, and fails at last', async () => {
    const missing = join(root, 'missing.jpg');
    const { code, stdout } = await faceSets([
      'find',
      missing,
      photo,
      out,
      '--models',
      await toyModels(),
      '--json',
    ]);
    expect(code).toBe(1);
    const { photos } = JSON.parse(stdout);
    expect(photos[0]).toMatchObject({ photo: missing, problem: 'no such file or folder (ENOENT)' });
    expect(photos[1].faces[0]).toMatchObject({ person: 1, name: 'Anna' });
  });

  it('takes photos, then OUT', async () => {
    const { code, stderr } = await faceSets(['find', photo]);
    expect([code, stderr]).toEqual([2, 'face-sets: find takes at least one photo, then OUT: PHOTO… OUT\n']);
  });
});
