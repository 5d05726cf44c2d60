import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { Picture } from './pictures.js';

/** A face as a `FaceFinder` of fsz-export finds it. */
export interface DrawnFoundFace {
  bbox: ArrayLike<number>;
  kps: ArrayLike<number>;
  detScore: number;
  embedding: Float32Array;
}

/** A `FaceFinder` of fsz-export that counts what it is asked. */
export interface DrawnFaceFinder {
  readonly identity?: string;
  decode(path: string, rotation?: number): Promise<Picture>;
  find(image: Picture, size: number): Promise<DrawnFoundFace[]>;
  decoded: string[];
  detections: number;
}

/** A photo of {@link DrawnCache}. */
export interface DrawnImage {
  path: string;
  pathAliases: string[];
  sha256: string;
  size: number;
  mtime: number;
  width: number;
  height: number;
  status: 'faces' | 'noface' | 'error';
  error?: string;
  superseded?: boolean;
}

/** A `CacheView` of cache-npz with drawn faces. */
export interface DrawnCache {
  images: DrawnImage[];
  faceCount: number;
  dim: number;
  imageIndex: Int32Array;
  embedding: Float32Array;
  bbox: Float32Array;
  detScore: Float32Array;
  blur: Float32Array;
}

/** Faces of tests are plain ellipses: the color says who it is. */
const COLORS = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 230],
  [220, 200, 10],
  [200, 10, 200],
] as const;
const DIM = 8;

export interface DrawnFace {
  /** Index of a person, 0 to 4. */
  who: number;
  /** `[x1, y1, x2, y2]`. */
  bbox: [number, number, number, number];
}

/** A gray picture, a little lighter to the right, with elliptic faces. */
export function drawPhoto(width: number, height: number, faces: readonly DrawnFace[]): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data.fill(90 + Math.round((60 * x) / width), (y * width + x) * 3, (y * width + x) * 3 + 3);
  }
  for (const { who, bbox } of faces) {
    const [x1, y1, x2, y2] = bbox;
    for (let y = Math.max(0, Math.floor(y1)); y < Math.min(height, y2); y++) {
      for (let x = Math.max(0, Math.floor(x1)); x < Math.min(width, x2); x++) {
        const dx = (2 * x + 1 - x1 - x2) / (x2 - x1);
        const dy = (2 * y + 1 - y1 - y2) / (y2 - y1);
        if (dx * dx + dy * dy <= 1) data.set(COLORS[who], (y * width + x) * 3);
      }
    }
  }
  return { data, width, height };
}

/** The raw embedding of a person; `turn` (degrees) away from the person's own direction. */
export function embeddingOfPerson(who: number, turn = 0, dim = DIM): Float32Array {
  const embedding = new Float32Array(dim);
  embedding[who] = 20 * Math.cos((turn * Math.PI) / 180);
  embedding[dim - 1] = 20 * Math.sin((turn * Math.PI) / 180);
  return embedding;
}

/** Finds drawn faces: blobs of a person's color of about the shape of a face that do not fill the picture. */
export function findDrawnFaces(image: Picture, dim = DIM): DrawnFoundFace[] {
  const { data, width, height } = image;
  const label = Int8Array.from({ length: width * height }, (_, i) =>
    COLORS.findIndex((color) => color.every((value, c) => Math.abs(value - data[i * 3 + c]) < 40)),
  );
  const found: DrawnFoundFace[] = [];
  for (let start = 0; start < label.length; start++) {
    const who = label[start];
    if (who < 0) continue;
    const box = [width, height, 0, 0];
    let count = 0;
    const stack = [start];
    label[start] = -1;
    while (stack.length > 0) {
      const at = stack.pop() as number;
      const x = at % width;
      const y = (at - x) / width;
      count++;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
      for (const next of [x > 0 ? at - 1 : -1, x + 1 < width ? at + 1 : -1, at - width, at + width]) {
        if (label[next] !== who) continue;
        label[next] = -1;
        stack.push(next);
      }
    }
    const aspect = (box[2] - box[0]) / (box[3] - box[1]);
    if (count < 200 || aspect < 0.55 || aspect > 1.2 || count > 0.6 * width * height) continue;
    found.push({
      bbox: box,
      kps: new Float32Array(10),
      detScore: 0.9,
      embedding: embeddingOfPerson(who, 0, dim),
    });
  }
  return found;
}

/** The finder of tests; counts what it is asked. */
export function drawnFaceFinder(dim = DIM): DrawnFaceFinder {
  const finder = {
    decoded: [] as string[],
    detections: 0,
    decode: async (path: string): Promise<Picture> => {
      finder.decoded.push(path);
      const { data, info } = await sharp(readFileSync(pathBytes(path)))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { data: new Uint8Array(data), width: info.width, height: info.height };
    },
    find: async (image: Picture): Promise<DrawnFoundFace[]> => {
      finder.detections++;
      return findDrawnFaces(image, dim);
    },
  };
  return finder;
}

/** A photo for {@link makeCache}. */
export interface PhotoOfTest {
  path: string;
  aliases?: string[];
  width?: number;
  height?: number;
  faces?: (DrawnFace & { detScore?: number; blur?: number; turn?: number })[];
  /** Default: the drawing of the faces, as PNG. */
  content?: Uint8Array;
  error?: string;
  superseded?: boolean;
}

const drawn = new Map<string, Promise<Uint8Array>>();

/** The PNG file of a drawn photo; each is drawn once, so that the same photo is the same bytes all along a test. */
function drawnPng(width: number, height: number, faces: readonly DrawnFace[]): Promise<Uint8Array> {
  const key = JSON.stringify([width, height, faces.map(({ who, bbox }) => [who, bbox])]);
  const known = drawn.get(key);
  if (known) return known;
  const { data } = drawPhoto(width, height, faces);
  const png = sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
    // The bytes that sharp hands out lie outside of the memory of JavaScript.
    .then((bytes) => Uint8Array.from(bytes));
  drawn.set(key, png);
  return png;
}

/** Writes photos to disk and the cache that embedding them would give. */
export async function makeCache(photos: readonly PhotoOfTest[], dim = DIM): Promise<DrawnCache> {
  const images: DrawnImage[] = [];
  const rows: { image: number; face: NonNullable<PhotoOfTest['faces']>[number] }[] = [];
  for (const photo of photos) {
    const { width = 400, height = 300, faces = [] } = photo;
    const content = photo.content ?? (await drawnPng(width, height, faces));
    for (const path of [photo.path, ...(photo.aliases ?? [])]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(pathBytes(path), content);
    }
    images.push({
      path: photo.path,
      pathAliases: photo.aliases ?? [],
      sha256: createHash('sha256').update(content).digest('hex'),
      size: content.length,
      mtime: statSync(pathBytes(photo.path)).mtimeMs,
      width,
      height,
      status: photo.error ? 'error' : faces.length > 0 ? 'faces' : 'noface',
      ...(photo.error === undefined ? {} : { error: photo.error }),
      ...(photo.superseded === undefined ? {} : { superseded: photo.superseded }),
    });
    for (const face of faces) rows.push({ image: images.length - 1, face });
  }
  return {
    images,
    faceCount: rows.length,
    dim,
    imageIndex: Int32Array.from(rows, ({ image }) => image),
    embedding: Float32Array.from(
      rows.flatMap(({ face }) => [...embeddingOfPerson(face.who, face.turn, dim)]),
    ),
    bbox: Float32Array.from(rows.flatMap(({ face }) => face.bbox)),
    detScore: Float32Array.from(rows, ({ face }) => face.detScore ?? 0.8),
    blur: Float32Array.from(rows, ({ face }) => face.blur ?? 200),
  };
}

/** A made-up cache file for manifests. */
export const CACHE_FILE = { path: '/somewhere/faces.npz', sha256: 'c'.repeat(64) };

/** Lone surrogates in a path stand for bytes that are not UTF-8, as with `os.fsencode` of Python. */
function pathBytes(path: string): Buffer {
  const parts = path.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part))),
  );
}
