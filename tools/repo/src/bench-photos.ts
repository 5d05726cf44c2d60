import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seeded, sharedPath, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';

const WIDTH = 4000;
const HEIGHT = 3000;
/** Standard deviation of the grain laid over each picture: enlarged pictures alone would decode too fast. */
const GRAIN = 5;
const PER_FOLDER = 20;

/** Pictures to make photos of, and the models that find the faces in them. */
export interface BenchSources {
  /** `real` faces of the development data, or `drawn` ones of the toy library. */
  kind: 'real' | 'drawn';
  /** Files that become whole photos. */
  scenes: string[];
  /** Files that are pasted into photos, one face each. */
  portraits: string[];
  /** Folder of `.onnx` files. */
  models: string;
}

/** The development data's photos and models, or the toy library and toy models where it is not at hand. */
export async function benchSources(): Promise<BenchSources> {
  const photos = sharedPath('photos');
  const models = sharedPath('models');
  if (photos && models) {
    const files = (await readdir(photos, { recursive: true })).filter((name) => /\.(jpe?g|png)$/i.test(name));
    const below = (folder: string) =>
      files.filter((name) => name.startsWith(folder)).map((name) => join(photos, name));
    return { kind: 'real', scenes: below('groups').sort(), portraits: below('people').sort(), models };
  }
  const library = await toyLibrary();
  const drawn = library.photos.filter((photo) => photo.kind === 'drawn' && photo.faces.length > 0);
  const scenes = drawn.map((photo) => join(library.dir, photo.path));
  return { kind: 'drawn', scenes, portraits: [], models: await toyModels() };
}

/**
 * Writes `count` JPEGs of 12 megapixels below `dir`, in folders of {@link PER_FOLDER}. In turn: a scene enlarged to fill the
 * frame, one to four portraits pasted at 200 to 1,800 pixels, and in every fifth photo nobody.
 */
export async function writeBenchPhotos(dir: string, count: number, sources: BenchSources): Promise<void> {
  const random = seeded(20);
  const grain = grainTile(random);
  const sizes = Array.from({ length: count }, () => random());
  let next = 0;
  const work = async () => {
    for (let i = next++; i < count; i = next++) {
      const pixels = await photoPixels(i, sizes[i], sources);
      addGrain(pixels, grain, Math.floor(sizes[i] * grain.length));
      const jpeg = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .jpeg({ quality: 85 + (i % 11) })
        .toBuffer();
      await writeFile(await benchPhotoPath(dir, i), jpeg);
    }
  };
  await Promise.all([work(), work()]);
}

/** Where photo `i` lies; its folder is made. */
async function benchPhotoPath(dir: string, i: number): Promise<string> {
  const folder = join(dir, String(Math.floor(i / PER_FOLDER)).padStart(3, '0'));
  await mkdir(folder, { recursive: true });
  return join(folder, `IMG_${String(i).padStart(5, '0')}.jpg`);
}

/** Copies the first `from` photos of `dir` until there are `count`; each copy has other bytes and the same picture. */
export async function repeatBenchPhotos(dir: string, from: number, count: number): Promise<void> {
  for (let i = from; i < count; i++) {
    const jpeg = await readFile(await benchPhotoPath(dir, i % from));
    // A comment segment right behind the start of the image.
    const comment = Buffer.from(`\xff\xfe\0\x0acopy${String(i).padStart(4, '0')}`, 'latin1');
    await writeFile(
      await benchPhotoPath(dir, i),
      Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
    );
  }
}

async function photoPixels(i: number, share: number, { scenes, portraits }: BenchSources): Promise<Buffer> {
  if (i % 5 === 4 || (i % 5 < 2 && portraits.length > 0)) {
    const background = { r: 40 + ((i * 37) % 150), g: 60 + ((i * 53) % 120), b: 50 + ((i * 71) % 140) };
    const canvas = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } });
    const people = i % 5 === 4 ? 0 : 1 + (i % 4);
    const room = Math.floor(WIDTH / Math.max(1, people));
    const pasted = Array.from({ length: people }, async (_, k) => {
      const side = Math.min(room, Math.round(200 + 1600 * ((share * (k + 1) * 7.3) % 1)));
      const input = await sharp(portraits[(i * 3 + k) % portraits.length])
        .resize(side, side, { fit: 'fill' })
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      const left = k * room + Math.floor((room - side) / 2);
      const top = Math.floor((HEIGHT - side) * share);
      return { input, raw: { width: side, height: side, channels: 3 as const }, left, top };
    });
    return canvas
      .composite(await Promise.all(pasted))
      .removeAlpha()
      .raw()
      .toBuffer();
  }
  // Every scene in turn, and never twice the same picture: its faces would count more than their share.
  const height = Math.round(HEIGHT * (1 + share / 4));
  return sharp(scenes[(i - Math.ceil(i / 5)) % scenes.length])
    .rotate()
    .resize(Math.round((height * WIDTH) / HEIGHT), height, { fit: 'cover', kernel: 'cubic' })
    .extract({
      left: Math.floor((share * height) / 8),
      top: Math.floor((height - HEIGHT) / 2),
      width: WIDTH,
      height: HEIGHT,
    })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

function grainTile(random: () => number): Int8Array {
  // The sum of four uniform numbers is close enough to a normal one.
  const uniform = () => random() + random() + random() + random() - 2;
  return Int8Array.from({ length: 1_000_003 }, () => Math.round(uniform() * GRAIN * Math.sqrt(3)));
}

function addGrain(pixels: Buffer, grain: Int8Array, start: number): void {
  for (let i = 0, g = start; i < pixels.length; i++) {
    const value = pixels[i] + grain[g];
    pixels[i] = Math.max(0, Math.min(255, value));
    if (++g === grain.length) g = 0;
  }
}
