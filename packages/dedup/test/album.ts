import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CacheImage, CacheView } from '@face-sets/cache-npz';
import { checkManifest } from '@face-sets/manifests';
import type { RgbImage } from '@face-sets/quality';
import { seeded, tempDir } from '@face-sets/testing';
import { type FindDuplicatesInput, findDuplicates } from '../src/index.js';

export const DIM = 8;

/** What a photo of the test shows. */
export interface Drawn {
  name: string;
  /** Seed of the picture: equal ones show the same. */
  scene: number;
  /** 0: the scene as it is, 1: another scene altogether. */
  change?: number;
  width?: number;
  height?: number;
  bytes?: number;
  blur?: number;
  /** Embedding of the face, by its angle in degrees. */
  angle?: number;
  /** Left edge of the face as a share of the width. */
  left?: number;
  mirrored?: boolean;
  rotation?: number;
  aliases?: number;
  superseded?: boolean;
  /** Further faces: the left edge, the size as a share of the width, and the angle of each. */
  others?: readonly { left: number; size: number; angle: number }[];
}

/** A picture of soft blobs. */
export function draw({ scene, change = 0, width = 400, height = 300, mirrored = false }: Drawn): RgbImage {
  const waves = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 14 }, () => [
      1 + random() * 9,
      1 + random() * 9,
      random() * 6.3,
      random() * 6.3,
    ]);
  };
  /** For each wave its height in every column, then in every row. */
  const heights = (all: number[][]) =>
    all.map(([fx, fy, px, py]) => [
      Float64Array.from({ length: width }, (_, x) => Math.sin(fx * across(x) * 3 + px)),
      Float64Array.from({ length: height }, (_, y) => Math.sin((fy * 3 * (y + 0.5)) / height + py)),
    ]);
  const across = (x: number) => (mirrored ? 1 - (x + 0.5) / width : (x + 0.5) / width);
  const [own, other] = [heights(waves(scene)), heights(waves(scene + 500))];
  const value = (all: Float64Array[][], x: number, y: number) => {
    let sum = 0;
    for (const [columns, rows] of all) sum += columns[x] * rows[y];
    return sum;
  };
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const level = (1 - change) * value(own, x, y) + (change > 0 ? change * value(other, x, y) : 0);
      const gray = Math.max(0, Math.min(255, 128 + 22 * level));
      for (let c = 0; c < 3; c++) data[i++] = gray;
    }
  }
  return { data, width, height };
}

/** A cache of drawn photos with a face on each at least, and what `findDuplicates` needs of them. */
export function album(photos: readonly Drawn[]) {
  const faces = photos.flatMap(({ angle = 0, left = 0.2, blur = 100, others = [], ...photo }, image) => {
    const { width = 400, height = 300 } = photo;
    const box = (x: number, size: number) => [x * width, 0.2 * height, (x + size) * width, 0.7 * height];
    return [
      { image, angle, blur, bbox: box(left, 0.3) },
      ...others.map((other) => ({ ...other, image, blur, bbox: box(other.left, other.size) })),
    ];
  });
  const dir = tempDir('album');
  const decoded: string[] = [];
  const images = photos.map((photo): CacheImage => {
    const { name, width = 400, height = 300, bytes = 100, aliases = 0, rotation, superseded } = photo;
    const content = name.padEnd(bytes, '.');
    const write = (path: string) => {
      writeFileSync(path, content);
      return path;
    };
    const path = write(join(dir, name));
    const pathAliases = Array.from({ length: aliases }, (_, i) => write(join(dir, `${name}-${i}`)));
    return {
      path,
      pathAliases,
      sha256: createHash('sha256').update(content).digest('hex'),
      size: content.length,
      mtime: statSync(path).mtimeMs,
      width,
      height,
      status: 'faces',
      ...(rotation === undefined ? {} : { rotation }),
      ...(superseded === undefined ? {} : { superseded }),
    };
  });
  const cache: CacheView = {
    images,
    faceCount: faces.length,
    dim: DIM,
    imageIndex: Int32Array.from(faces, ({ image }) => image),
    embedding: Float32Array.from(
      faces.flatMap(({ angle }) => {
        const turn = (angle * Math.PI) / 180;
        return [Math.cos(turn), Math.sin(turn), ...new Array(DIM - 2).fill(0)];
      }),
    ),
    bbox: Float32Array.from(faces.flatMap(({ bbox }) => bbox)),
    blur: Float32Array.from(faces, ({ blur }) => blur),
    detScore: new Float32Array(faces.length).fill(0.9),
  };
  const input: FindDuplicatesInput = {
    cache,
    cacheFile: { path: join(dir, 'faces.npz'), sha256: '0'.repeat(64) },
    decode: async (path, { rotation }) => {
      decoded.push(`${basename(path)}${rotation ? ` ${rotation}` : ''}`);
      const photo = photos.find(({ name }) => path === join(dir, name));
      if (!photo) throw new Error('not a photo of the test');
      return draw(photo);
    },
  };
  const find = async (options: Partial<FindDuplicatesInput> = {}) => {
    const manifest = await findDuplicates({ ...input, ...options });
    checkManifest(manifest, 'duplicates', 'test');
    const groups = manifest.near_duplicates.map(({ best, copies }) =>
      [best, ...copies].map(({ source }) => basename(source)),
    );
    return { manifest, groups };
  };
  return { dir, find, decoded, images };
}
