import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { evaluateClusters } from '@face-sets/cluster';
import { type DuplicatesManifest, readManifest } from '@face-sets/manifests';
import { sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes } from '../face-sets.js';

type Change = (photo: Sharp, size: { width: number; height: number }) => Sharp;

/** What makes a copy of a photo. */
const COPIES: Record<string, Change> = {
  half: (photo, { width }) => photo.resize(Math.round(width / 2)),
  enlarged: (photo, { width }) => photo.resize(Math.round(width * 1.6)),
  compressed: (photo) => photo.jpeg({ quality: 30 }),
  bright: (photo) => photo.modulate({ brightness: 1.2 }),
  contrast: (photo) => photo.linear(1.25, -25),
};
/** The detector of the toy models does not know mirrored drawings: only on real photos. */
const MIRRORED: Record<string, Change> = { mirrored: (photo) => photo.flop() };
/** What makes another framing, and so no copy: a crop, and a camera that moved between two shots of a burst. */
const OTHERS: Record<string, Change> = {
  cropped: (photo, { width, height }) =>
    photo.extract({
      left: Math.round(width * 0.03),
      top: Math.round(height * 0.07),
      width: Math.round(width * 0.9),
      height: Math.round(height * 0.9),
    }),
  moved: (photo, { width, height }) => {
    const by = Math.max(3, Math.round(width * 0.03));
    return photo
      .extract({ left: by, top: 0, width: width - by, height })
      .extend({ right: by, extendWith: 'copy' });
  },
};

/** Writes each photo and its variants as `name__variant.jpg`. */
async function writeVariants(
  photos: readonly string[],
  dir: string,
  changes: Record<string, Change> = { ...COPIES, ...OTHERS },
): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (const [i, photo] of photos.entries()) {
    const upright = () => sharp(photo, { autoOrient: true });
    const { autoOrient: size } = await sharp(photo).metadata();
    const save = (name: string, picture: Sharp) =>
      writeFile(picture, join(dir, `${i}-${basename(photo).replace(/\W/g, '_')}__${name}.jpg`));
    await save('original', upright().jpeg({ quality: 92 }));
    for (const [name, change] of Object.entries(changes)) {
      const changed = change(upright(), size);
      await save(name, name === 'compressed' ? changed : changed.jpeg({ quality: 85 }));
    }
  }
}

const writeFile = (picture: Sharp, path: string) => picture.toFile(path);

/**
 * Pairwise precision and recall of the groups: copies of one photo belong together, and whatever has another framing
 * stands alone.
 */
function judge(manifest: DuplicatesManifest, dir: string, mirrored = false) {
  const files = readdirSync(dir).sort();
  const groups = new Map<string, number>();
  manifest.near_duplicates.forEach(({ best, copies }, group) => {
    for (const { source, aliases } of [best, ...copies]) {
      for (const path of [source, ...aliases]) groups.set(basename(path), group);
    }
  });
  let alone = -1;
  const numbers = new Map<string, number>();
  const truth = files.map((file) => {
    const [photo, variant] = basename(file, '.jpg').split('__') as [string, string];
    const other = variant in OTHERS || (variant === 'mirrored' && !mirrored);
    const name = other ? file : photo;
    numbers.set(name, numbers.get(name) ?? numbers.size);
    return numbers.get(name)!;
  });
  const labels = files.map((file) => groups.get(file) ?? alone--);
  return evaluateClusters(
    labels.map((label) => (label < 0 ? 1_000_000 - label : label)),
    truth,
  ).pairwise;
}

describe('face-sets dedup', () => {
  const dir = tempDir('dedup');
  const photos = join(dir, 'photos');
  const cache = join(dir, 'faces.npz');
  const list = `${cache}.duplicates.json`;
  let before: Record<string, string>;

  beforeAll(async () => {
    const library = await toyLibrary('small');
    const found = library.photos.filter(({ faces }) => faces.length > 0).slice(0, 14);
    await writeVariants(
      found.map(({ path }) => join(library.dir, path)),
      photos,
    );
    before = treeHashes(photos);
    await faceSets(['embed', photos, cache, '--models', await toyModels(), '--quiet']);
  });

  it('groups the copies of a photo, and neither crops nor other shots of the person', async () => {
    const { code, stdout, stderr } = await faceSets(['dedup', cache, '--quiet']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Near-duplicates: \d+ copies of \d+ photos/m);
    const { precision, recall } = judge(await readManifest(list, 'duplicates'), photos);
    console.log(`drawn photos: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`);
    expect(precision).toBe(1);
    expect(recall).toBe(1);
  });

  it('names the best copy and why the others are not', async () => {
    const { near_duplicates: groups } = await readManifest(list, 'duplicates');
    expect(groups.length).toBeGreaterThan(5);
    for (const { best, why, copies } of groups) {
      // small, enlarged and compressed copies are worse; a brighter one may be as good
      expect(best.source).toMatch(/__(original|bright|contrast)\.jpg$/);
      expect(why).toMatch(/large/);
      for (const { source, reason } of copies) {
        if (/__half/.test(source)) expect(reason.code).toBe('smaller');
        if (/__enlarged/.test(source)) expect(reason.code).toBe('less-detail');
        expect(reason.message).not.toMatch(/NaN|undefined/);
      }
    }
  });

  it('writes the same bytes again, for its owner only, and touches no photo', async () => {
    const first = readFileSync(list);
    await faceSets(['dedup', cache, '--quiet', '--json']);
    expect(readFileSync(list).equals(first)).toBe(true);
    if (process.platform !== 'win32') expect(statSync(list).mode & 0o777).toBe(0o600);
    expect(treeHashes(photos)).toEqual(before);
  });

  it('lists files of the same bytes, says which are links, and names those that have changed', async () => {
    const here = tempDir('identical');
    const source = join(photos, readdirSync(photos)[0]!);
    const noFace = join(here, 'a', 'gray.png');
    mkdirSync(join(here, 'a'));
    for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) await copyFile(source, join(here, 'a', name));
    linkSync(join(here, 'a', 'one.jpg'), join(here, 'a', 'zlink.jpg'));
    const plain = { width: 64, height: 64, channels: 3 as const, background: '#888' };
    await sharp({ create: plain }).png().toFile(noFace);
    await copyFile(noFace, join(here, 'a', 'gray-copy.png'));
    const own = join(here, 'faces.npz');
    await faceSets(['embed', join(here, 'a'), own, '--models', await toyModels(), '--quiet']);
    writeFileSync(join(here, 'a', 'two.jpg'), 'another content');
    const { stdout } = await faceSets(['dedup', own, '--json', '--quiet']);
    const { summary, problems } = JSON.parse(stdout);
    expect(problems).toEqual([
      { source: join(here, 'a', 'two.jpg'), message: expect.stringContaining('has changed') },
    ]);
    const { identical } = await readManifest(`${own}.duplicates.json`, 'duplicates');
    const sizes = identical.map(({ best, copies }) => [basename(best), copies.length]);
    expect(sizes).toContainEqual(['gray-copy.png', 1]);
    expect(summary.identical_groups).toBe(2);
    const links = identical.flatMap(({ copies }) => copies).filter((copy) => copy.same_file);
    expect(links).toHaveLength(1);
    expect(
      identical.flatMap(({ copies }) => copies).every(({ source: path }) => !path.endsWith('two.jpg')),
    ).toBe(true);
  });

  it('says in one line that there is no cache', async () => {
    const { code, stderr } = await faceSets(['dedup', join(dir, 'gone.npz')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^face-sets: there is no face cache at .*gone\.npz: [^\n]* \(face-sets embed SRC… CACHE\)\n$/,
    );
  });
});

const shared = sharedPath('photos');
const models = sharedPath('models');

describe.skipIf(!shared || !models)(
  'face-sets dedup on real photos (needs the shared photos and models)',
  () => {
    it('finds the copies of real photos with their faces, and no other photos of these people', async () => {
      const dir = tempDir('dedup-real');
      const [photos, others] = [join(dir, 'photos'), join(dir, 'others')];
      const people = readdirSync(join(shared!, 'people')).map((name) => join(shared!, 'people', name));
      const nth = (n: number) => people.map((folder) => join(folder, readdirSync(folder).sort()[n]!));
      const groups = ['bbt1.jpg', 'bbt4.jpg'].map((name) => join(shared!, 'groups', name));
      await writeVariants([...nth(0).slice(0, 8), ...groups], photos, { ...COPIES, ...MIRRORED, ...OTHERS });
      mkdirSync(others);
      for (const [i, photo] of [...nth(1), ...nth(3)].entries()) {
        await copyFile(photo, join(others, `${i}__other${/\.\w+$/.exec(photo)![0]}`));
      }
      const cache = join(dir, 'faces.npz');
      await faceSets(['embed', photos, others, cache, '--models', models!, '--quiet']);
      await faceSets(['dedup', cache, '--mirrored', '--quiet']);
      const manifest = await readManifest(`${cache}.duplicates.json`, 'duplicates');
      const { precision, recall } = judge(manifest, photos, true);
      console.log(`real photos: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`);
      expect(precision).toBe(1);
      expect(recall).toBeGreaterThanOrEqual(0.98);
      const grouped = manifest.near_duplicates.flatMap(({ best, copies }) => [best, ...copies]);
      expect(grouped.filter(({ source }) => source.startsWith(others))).toEqual([]);

      await faceSets(['dedup', cache, '--quiet']);
      const plain = await readManifest(`${cache}.duplicates.json`, 'duplicates');
      const unmirrored = judge(plain, photos);
      console.log(`without mirrored ones: precision ${unmirrored.precision}, recall ${unmirrored.recall}`);
      expect(unmirrored.precision).toBe(1);
      expect(unmirrored.recall).toBeGreaterThanOrEqual(0.98);
      expect(plain.near_duplicates.flatMap(({ copies }) => copies).filter((copy) => copy.mirrored)).toEqual(
        [],
      );
    });
  },
);
