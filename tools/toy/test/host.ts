import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

/**
 * A plain host for the toy models: what InsightFace does around its networks, as briefly as it can be written.
 * Coordinates are continuous, as in the library's truth.
 */

export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Found {
  readonly bbox: number[];
  readonly kps: number[];
  readonly score: number;
  /** Size of detection that found it. */
  readonly size: number;
}

export type Session = InferenceSession;

/** A session on one thread, so that results do not depend on the machine. */
export function load(model: Uint8Array): Promise<Session> {
  return InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
}

/** Runs a model with one input and returns its outputs in order. */
export async function run(session: Session, data: Float32Array, dims: number[]): Promise<Tensor[]> {
  const outputs = await session.run({ [session.inputNames[0]]: new Tensor('float32', data, dims) });
  return session.outputNames.map((name) => outputs[name] as Tensor);
}

export const floats = (tensor: Tensor): Float32Array => tensor.data as Float32Array;

/** The upright RGB pixels of a file. */
export async function decode(path: string): Promise<Picture> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The picture seen through a similarity: output pixel (x, y) shows the place (a·x − b·y + tx, b·x + a·y + ty). */
export function view(picture: Picture, width: number, height: number, [a, b, tx, ty]: number[]): Picture {
  const sums = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = a * (column + 0.5) - b * (row + 0.5) + tx - 0.5;
      const y = b * (column + 0.5) + a * (row + 0.5) + ty - 0.5;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      for (let tap = 0; tap < 4; tap++) {
        const px = x0 + (tap & 1);
        const py = y0 + (tap >> 1);
        if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
        const weight = (tap & 1 ? x - x0 : 1 - x + x0) * (tap >> 1 ? y - y0 : 1 - y + y0);
        const from = (py * picture.width + px) * 3;
        const to = (row * width + column) * 3;
        for (let channel = 0; channel < 3; channel++)
          sums[to + channel] += weight * picture.data[from + channel];
      }
    }
  }
  // A clamped array rounds what it is given.
  const data = new Uint8Array(new Uint8ClampedArray(sums).buffer);
  return { data, width, height };
}

/** Pixels as the networks take them: planes of red, green, blue, each (value − mean) / divisor. */
export function planes({ data, width, height }: Picture, mean: number, divisor: number): Float32Array {
  const area = width * height;
  const out = new Float32Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let channel = 0; channel < 3; channel++)
      out[channel * area + i] = (data[3 * i + channel] - mean) / divisor;
  return out;
}

/** All candidates that the detector scores at 0.5 or better at one size. */
export async function candidates(detector: Session, picture: Picture, size: number): Promise<Found[]> {
  const scale = size / Math.max(picture.width, picture.height);
  const input = view(picture, size, size, [1 / scale, 0, 0, 0]);
  const outputs = await run(detector, planes(input, 127.5, 128), [1, 3, size, size]);
  const found: Found[] = [];
  [8, 16, 32].forEach((stride, level) => {
    const [scores, boxes, kps] = [0, 3, 6].map((kind) => floats(outputs[kind + level]));
    const across = size / stride;
    scores.forEach((score, i) => {
      if (score < 0.5) return;
      const cell = i >> 1;
      const x = (cell % across) * stride;
      const y = Math.floor(cell / across) * stride;
      const [left, top, right, bottom] = boxes.subarray(4 * i, 4 * i + 4);
      found.push({
        score,
        size,
        bbox: [x - left * stride, y - top * stride, x + right * stride, y + bottom * stride].map(
          (v) => v / scale,
        ),
        kps: Array.from(kps.subarray(10 * i, 10 * i + 10), (v, j) => ((j % 2 ? y : x) + v * stride) / scale),
      });
    });
  });
  return found;
}

/** The faces found at all the sizes together, best first, duplicates merged at IoU 0.4. */
export async function detect(detector: Session, picture: Picture, sizes = [128, 640]): Promise<Found[]> {
  const all = (await Promise.all(sizes.map((size) => candidates(detector, picture, size)))).flat();
  all.sort((a, b) => b.score - a.score);
  const kept: Found[] = [];
  for (const face of all) if (!kept.some((other) => iou(other.bbox, face.bbox) > 0.4)) kept.push(face);
  return kept;
}

export function iou(a: readonly number[], b: readonly number[]): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: readonly number[]) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

const TEMPLATE = [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041];

/** The 112×112 crop in which the five keypoints lie best on the ArcFace template. */
export function align(picture: Picture, kps: readonly number[]): Picture {
  return view(picture, 112, 112, similarity(TEMPLATE, kps));
}

/** Least-squares `[a, b, tx, ty]` that takes the five points `from` to the points `to`. */
function similarity(from: readonly number[], to: readonly number[]): number[] {
  const mean = (points: readonly number[], axis: number) =>
    [0, 1, 2, 3, 4].reduce((sum, i) => sum + points[2 * i + axis] / 5, 0);
  const [mx, my, nx, ny] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)];
  let [dot, cross, norm] = [0, 0, 0];
  for (let i = 0; i < 5; i++) {
    const [x, y, u, v] = [from[2 * i] - mx, from[2 * i + 1] - my, to[2 * i] - nx, to[2 * i + 1] - ny];
    dot += x * u + y * v;
    cross += x * v - y * u;
    norm += x * x + y * y;
  }
  const [a, b] = [dot / norm, cross / norm];
  return [a, b, nx - a * mx + b * my, ny - b * mx - a * my];
}

export async function embed(recognizer: Session, crop: Picture): Promise<Float32Array> {
  const [output] = await run(recognizer, planes(crop, 127.5, 127.5), [1, 3, 112, 112]);
  return floats(output);
}

export function cosineDistance(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return 1 - dot / Math.sqrt(aa * bb);
}

/** Landmarks of the face in a box, `dimensions` numbers each, in the picture's pixels. */
export async function landmarks(
  model: Session,
  picture: Picture,
  bbox: readonly number[],
  dimensions: 2 | 3,
): Promise<number[][]> {
  const side = 1.5 * Math.max(bbox[2] - bbox[0], bbox[3] - bbox[1]);
  const left = (bbox[0] + bbox[2] - side) / 2;
  const top = (bbox[1] + bbox[3] - side) / 2;
  const crop = view(picture, 192, 192, [side / 192, 0, left, top]);
  const [output] = await run(model, planes(crop, 0, 1), [1, 3, 192, 192]);
  const values = Array.from(floats(output)).slice(dimensions === 3 ? -204 : 0);
  return Array.from({ length: values.length / dimensions }, (_, i) =>
    values
      .slice(i * dimensions, (i + 1) * dimensions)
      .map((value, axis) => (axis === 2 ? value * side : (value + 1) * side) / 2 + [left, top, 0][axis]),
  );
}
