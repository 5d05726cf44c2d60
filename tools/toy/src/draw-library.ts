import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { drawPhoto } from './draw-photo.js';
import { bboxOf, kpsOf } from './face-geometry.js';
import { type LibraryOptions, type PlannedPhoto, planLibrary } from './library-plan.js';

/** A drawn face: who it is and where. Pixels of the upright photo, continuous (a pixel's center at a half). */
export interface ToyFace {
  readonly person: string;
  /** `[x1, y1, x2, y2]` about the face's outline; may reach past the photo's edges. */
  readonly bbox: readonly number[];
  /** Left eye, right eye, nose, left and right mouth corner: `[x1, y1, … x5, y5]`. */
  readonly kps: readonly number[];
  /** How the head is held, in degrees; yaw is positive toward the viewer's right, roll clockwise. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** True where the whole photo is too blurred for a good face. */
  readonly blurred: boolean;
}

/** A file of the drawn library and what it truly shows. */
export interface ToyPhoto {
  /** Path inside the library, with `/`. */
  readonly path: string;
  /** `drawn`; `copy`: the same bytes as `of`; `resized`: `of` at another size; `faulty`: cannot be decoded. */
  readonly kind: 'drawn' | 'copy' | 'resized' | 'faulty';
  readonly of?: string;
  /** Upright size in pixels; 0 where faulty. */
  readonly width: number;
  readonly height: number;
  /** Capture year that the file's EXIF names, or `null`. */
  readonly year: number | null;
  readonly faces: readonly ToyFace[];
}

/** The truth about a drawn library. */
export interface ToyLibrary {
  /** The folder that holds it. */
  readonly dir: string;
  /** Names of all people in it. */
  readonly people: readonly string[];
  /** Those of them who live here: in the full library each is in 15 good photos at least, visitors in fewer. */
  readonly family: readonly string[];
  readonly photos: readonly ToyPhoto[];
}

/**
 * Draws the toy photo library: cartoon people whose faces the toy models can find, in photos of many sizes,
 * lights and poses, with copies, empty scenes and faulty files among them. The same options always give the
 * same bytes (with one version of sharp).
 *
 * @param dir Folder to draw into; made where it is missing.
 * @param options Which library, and its seed.
 * @returns What each file shows.
 */
export async function drawLibrary(dir: string, options: LibraryOptions = {}): Promise<ToyLibrary> {
  const plan = planLibrary(options);
  await inTurn(4, plan.photos, async (photo) => {
    const path = join(dir, photo.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await drawPhoto(photo));
  });
  const drawn = new Map(plan.photos.map((photo) => [photo.path, truthOf(photo)]));
  const photos = [...drawn.values()];

  for (const { from, to } of plan.copies) {
    await mkdir(dirname(join(dir, to)), { recursive: true });
    await copyFile(join(dir, from), join(dir, to));
    photos.push({ ...drawn.get(from)!, path: to, kind: 'copy', of: from });
  }
  for (const { from, to, width } of plan.resized) {
    const { data, info } = await sharp(join(dir, from))
      .autoOrient()
      .resize({ width })
      .jpeg({ quality: 90 })
      .toBuffer({ resolveWithObject: true });
    await mkdir(dirname(join(dir, to)), { recursive: true });
    await writeFile(join(dir, to), data);
    photos.push(resizedTruth(drawn.get(from)!, to, info.width, info.height));
  }
  for (const { path, kind, from } of plan.faulty) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), await faultyBytes(kind, from && join(dir, from)));
    photos.push({ path, kind: 'faulty', width: 0, height: 0, year: null, faces: [] });
  }
  const people = [...new Set(photos.flatMap(({ faces }) => faces.map(({ person }) => person)))].sort();
  const family = plan.family.map(({ name }) => name).sort();
  return { dir, people, family, photos };
}

function truthOf({ path, width, height, sitters, light, taken }: PlannedPhoto): ToyPhoto {
  const faces = sitters.map(({ person, pose }) => ({
    person: person.name,
    bbox: bboxOf(pose),
    kps: kpsOf(pose),
    yaw: pose.yaw,
    pitch: pose.pitch,
    roll: pose.roll,
    blurred: light.blur > 0,
  }));
  return {
    path,
    kind: 'drawn',
    width,
    height,
    year: taken === null ? null : Number(taken.slice(0, 4)),
    faces,
  };
}

function resizedTruth(of: ToyPhoto, path: string, width: number, height: number): ToyPhoto {
  const faces = of.faces.map((face) => ({
    ...face,
    bbox: face.bbox.map((value) => (value * width) / of.width),
    kps: face.kps.map((value) => (value * width) / of.width),
  }));
  return { path, kind: 'resized', of: of.path, width, height, year: null, faces };
}

async function faultyBytes(kind: 'truncated' | 'text' | 'empty', from: string): Promise<Uint8Array> {
  if (kind === 'empty') return new Uint8Array();
  if (kind === 'text') return new TextEncoder().encode('This is a shopping list, not a photo.\n');
  const whole = await readFile(from);
  return whole.subarray(0, Math.min(600, whole.length >> 2));
}

/** Runs `work` over all items, at most `limit` at a time. */
async function inTurn<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
