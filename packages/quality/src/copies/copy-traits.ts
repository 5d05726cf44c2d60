import { luma, toGray } from '../picture/gray.js';
import type { PixelRect, RgbImage } from '../picture/rgb-image.js';

/**
 * What tells a photo from a worse copy of it: compared with the same of the copy, since each of them depends on what is in the
 * picture.
 */
export interface CopyTraits {
  /**
   * How much colors of one luminance differ, in levels (0 to 255): 0 for gray, next to 0 for a picture that was toned
   * (sepia), in which each luminance has one color, and several levels for a color photo.
   */
  color: number;
  /** Number of different colors: 256 at most for a GIF, a few thousand for a photo of 10,000 pixels. */
  colors: number;
  /** How much steeper edges are on a grid of 8 pixels than elsewhere: 1 where there are no blocks of JPEG. */
  blockiness: number;
  /** Standard deviation of the noise, in levels. Dither counts as noise. */
  noise: number;
  /**
   * Variance of the Laplacian without what noise and the edges of blocks add to it, as a share of the variance of the picture,
   * so that contrast does not count; larger is sharper.
   */
  detail: number;
  /** Share of the variance of the Laplacian that is left of it without noise and the edges of blocks, 0 to about 1. */
  realShare: number;
}

/** Side of the blocks of JPEG and its relatives, pixels. */
const BLOCK = 8;
/** Variance of the Laplacian (4 neighbors) of noise of variance 1: 4² + 4·1². */
const LAPLACIAN_OF_NOISE = 20;

/**
 * Measures part of a picture in its full size: resampling would hide blocks, palettes and noise.
 *
 * Sources: noise after J. Immerkær, "Fast noise variance estimation" (1996), with a median in place of the mean, which
 * edges do not move.
 *
 * @param rect the part, inside of the picture; at least 16×16 pixels
 */
export function copyTraits(image: RgbImage, rect: PixelRect): CopyTraits {
  const gray = toGray(image, rect).data;
  const { width, height } = rect;
  const columns = gridPhase(gray, width, height, 1, width);
  const rows = gridPhase(gray, height, width, width, 1);
  const noise = noiseOf(gray, width, height);
  const offGrid = (x: number, y: number) => !isOnGrid(x, columns.phase) && !isOnGrid(y, rows.phase);
  const variance = laplacianVarianceWhere(gray, width, height, offGrid);
  const real = Math.max(0, variance - LAPLACIAN_OF_NOISE * noise * noise);
  const whole = laplacianVarianceWhere(gray, width, height, () => true);
  return {
    ...colorsOf(image, rect),
    blockiness: (columns.ratio + rows.ratio) / 2,
    noise,
    detail: real / (contrastOf(gray) + 1),
    realShare: whole > 0 ? real / whole : 0,
  };
}

/** Whether the pixels at an edge of a block: the last of one and the first of the next. */
function isOnGrid(at: number, phase: number): boolean {
  const place = (at - phase + 2 * BLOCK) % BLOCK;
  return place === 0 || place === BLOCK - 1;
}

/**
 * Where the grid of blocks lies, along one direction, and how much it stands out.
 *
 * @param length pixels along the direction, `step` apart in `gray`
 * @param lines lines beside each other, `stride` apart
 */
function gridPhase(
  gray: ArrayLike<number>,
  length: number,
  lines: number,
  step: number,
  stride: number,
): { phase: number; ratio: number } {
  const sums = new Float64Array(BLOCK);
  const counts = new Float64Array(BLOCK);
  for (let x = 2; x < length - 1; x++) {
    let sum = 0;
    for (let y = 0; y < lines; y++) {
      const at = y * stride + x * step;
      // A step between two pixels that is more than the slope around it.
      const slope = (gray[at - step] - gray[at - 2 * step] + gray[at + step] - gray[at]) / 2;
      sum += Math.abs(gray[at] - gray[at - step] - slope);
    }
    sums[x % BLOCK] += sum;
    counts[x % BLOCK] += lines;
  }
  const means = Array.from(sums, (sum, i) => sum / Math.max(1, counts[i]));
  const phase = means.indexOf(Math.max(...means));
  const others = means.filter((_, i) => i !== phase).sort((a, b) => a - b);
  const usual = others[Math.floor(others.length / 2)];
  // Half a level more keeps flat pictures from dividing by nothing.
  return { phase, ratio: (means[phase] + 0.5) / (usual + 0.5) };
}

function noiseOf(gray: ArrayLike<number>, width: number, height: number): number {
  // Responses are whole numbers, 16 · 255 at most: a count of each gives the median without sorting.
  const counts = new Uint32Array(16 * 255 + 1);
  let total = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const [up, down] = [at - width, at + width];
      const response =
        gray[up - 1] -
        2 * gray[up] +
        gray[up + 1] -
        2 * gray[at - 1] +
        4 * gray[at] -
        2 * gray[at + 1] +
        gray[down - 1] -
        2 * gray[down] +
        gray[down + 1];
      counts[Math.abs(response)]++;
      total++;
    }
  }
  let seen = 0;
  let median = 0;
  for (; median < counts.length; median++) {
    seen += counts[median];
    if (seen >= total / 2) break;
  }
  // Half of normally distributed values are within 0.6745 of their deviation; the kernel's is 6 times the noise's.
  return median / (6 * 0.6745);
}

/** Variance of the values. */
function contrastOf(gray: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < gray.length; i++) {
    sum += gray[i];
    squares += gray[i] * gray[i];
  }
  return squares / gray.length - (sum / gray.length) ** 2;
}

function laplacianVarianceWhere(
  gray: ArrayLike<number>,
  width: number,
  height: number,
  counts: (x: number, y: number) => boolean,
): number {
  let [sum, squares, n] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (!counts(x, y)) continue;
      const at = y * width + x;
      const value = gray[at - 1] + gray[at + 1] + gray[at - width] + gray[at + width] - 4 * gray[at];
      sum += value;
      squares += value * value;
      n++;
    }
  }
  return n === 0 ? 0 : squares / n - (sum / n) ** 2;
}

/** Colors are those of squares of so many pixels: JPEG keeps them for 2×2, and noise averages out. */
const COLOR_SQUARE = 4;

function colorsOf({ data, width }: RgbImage, rect: PixelRect): Pick<CopyTraits, 'color' | 'colors'> {
  const seen = new Set<number>();
  const columns = Math.floor(rect.width / COLOR_SQUARE);
  const rows = Math.floor(rect.height / COLOR_SQUARE);
  // Sums of red, green and blue.
  const squares = Array.from({ length: columns * rows }, () => [0, 0, 0] as [number, number, number]);
  for (let y = 0; y < rect.height; y++) {
    let at = 3 * ((rect.y + y) * width + rect.x);
    const row = Math.floor(y / COLOR_SQUARE);
    for (let x = 0; x < rect.width; x++, at += 3) {
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
      seen.add((r << 16) | (g << 8) | b);
      const column = Math.floor(x / COLOR_SQUARE);
      if (row >= rows || column >= columns) continue;
      const square = squares[row * columns + column];
      square[0] += r;
      square[1] += g;
      square[2] += b;
    }
  }
  const pixels = COLOR_SQUARE ** 2;
  const chroma = squares
    .map(([r, g, b]) => ({
      luma: luma(r, g, b),
      u: (b - g) / pixels,
      v: (r - g) / pixels,
    }))
    .sort((p, q) => p.luma - q.luma);
  // Neighbors in luminance have one color where the picture is gray or toned; at edges colors mix, hence the median.
  const steps: number[] = [];
  for (let i = 1; i < chroma.length; i++) {
    steps.push(Math.hypot(chroma[i].u - chroma[i - 1].u, chroma[i].v - chroma[i - 1].v));
  }
  steps.sort((a, b) => a - b);
  return { color: steps[Math.floor(steps.length / 2)] ?? 0, colors: seen.size };
}
