/**
 * Replaces parts of an image by a smooth continuation of what is around them, blurrier the farther from it.
 *
 * Pull–push interpolation: the known pixels are averaged into ever coarser levels, and the unknown ones are
 * filled from the coarsest level down (Gortler, Grzeszczuk, Szeliski, Cohen: "The Lumigraph", SIGGRAPH 1996).
 *
 * @param data RGB, 8 bits, `width × height × 3`; changed in place.
 * @param fill `[width × height]` in [0, 1]: 0 keeps the pixel, 1 replaces it, between them blends. Only pixels
 *   of 0 count as known. Where no pixel is known nothing is changed.
 * @param reach How far into the fill the colors of its edge are seen before they have become the mean of all that is
 *   known. 1 is the method as published; with 4 (default) an edge's color goes on for about as far as the part that is
 *   filled is wide.
 */
export function softFill(
  data: Uint8Array,
  fill: Float32Array,
  width: number,
  height: number,
  reach = 4,
): void {
  const count = width * height;
  const base: Level = { width, height, color: new Float32Array(count * 3), weight: new Float32Array(count) };
  let known = 0;
  for (let i = 0; i < count; i++) {
    if (fill[i] > 0) continue;
    known++;
    base.weight[i] = 1;
    base.color[i * 3] = data[i * 3];
    base.color[i * 3 + 1] = data[i * 3 + 1];
    base.color[i * 3 + 2] = data[i * 3 + 2];
  }
  if (known === 0 || known === count) return;
  const levels = [base];
  let coarsest = base;
  while (coarsest.width > 1 || coarsest.height > 1) {
    coarsest = pull(coarsest, reach);
    levels.push(coarsest);
  }
  for (let i = levels.length - 2; i >= 0; i--) push(levels[i + 1], levels[i]);
  for (let i = 0; i < count; i++) {
    const amount = fill[i];
    if (amount <= 0) continue;
    for (let c = i * 3; c < i * 3 + 3; c++) {
      data[c] = Math.round(data[c] * (1 - amount) + base.color[c] * amount);
    }
  }
}

interface Level {
  width: number;
  height: number;
  /** RGB of the known part; the average where `weight` > 0. */
  color: Float32Array;
  /** How surely the color is known, [0, 1]. */
  weight: Float32Array;
}

/** Half the size; 4×4 taps of (1 3 3 1)/8, weighted by what is known: a share of 1/`reach` is enough to trust a pixel. */
function pull(fine: Level, reach: number): Level {
  const width = Math.max(1, (fine.width + 1) >> 1);
  const height = Math.max(1, (fine.height + 1) >> 1);
  const coarse: Level = {
    width,
    height,
    color: new Float32Array(width * height * 3),
    weight: new Float32Array(width * height),
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let total = 0;
      for (let dy = 0; dy < 4; dy++) {
        const fy = 2 * y - 1 + dy;
        if (fy < 0 || fy >= fine.height) continue;
        for (let dx = 0; dx < 4; dx++) {
          const fx = 2 * x - 1 + dx;
          if (fx < 0 || fx >= fine.width) continue;
          const at = fy * fine.width + fx;
          const weight = fine.weight[at] * TAPS[dy] * TAPS[dx];
          if (weight === 0) continue;
          total += weight;
          r += weight * fine.color[at * 3];
          g += weight * fine.color[at * 3 + 1];
          b += weight * fine.color[at * 3 + 2];
        }
      }
      if (total === 0) continue;
      const at = y * width + x;
      coarse.weight[at] = Math.min(1, reach * total);
      coarse.color[at * 3] = r / total;
      coarse.color[at * 3 + 1] = g / total;
      coarse.color[at * 3 + 2] = b / total;
    }
  }
  return coarse;
}

const TAPS = [0.125, 0.375, 0.375, 0.125];

/** Fills what is unknown in the fine level from the coarse one, bilinear. */
function push(coarse: Level, fine: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const cy = y / 2 - 0.25;
    const y0 = Math.max(0, Math.floor(cy));
    const y1 = Math.min(coarse.height - 1, Math.floor(cy) + 1);
    const fy = Math.max(0, cy - y0);
    for (let x = 0; x < fine.width; x++) {
      const at = y * fine.width + x;
      const weight = fine.weight[at];
      if (weight >= 1) continue;
      const cx = x / 2 - 0.25;
      const x0 = Math.max(0, Math.floor(cx));
      const x1 = Math.min(coarse.width - 1, Math.floor(cx) + 1);
      const fx = Math.max(0, cx - x0);
      for (let c = 0; c < 3; c++) {
        const top =
          coarse.color[(y0 * coarse.width + x0) * 3 + c] * (1 - fx) +
          coarse.color[(y0 * coarse.width + x1) * 3 + c] * fx;
        const bottom =
          coarse.color[(y1 * coarse.width + x0) * 3 + c] * (1 - fx) +
          coarse.color[(y1 * coarse.width + x1) * 3 + c] * fx;
        const filled = top * (1 - fy) + bottom * fy;
        fine.color[at * 3 + c] = fine.color[at * 3 + c] * weight + filled * (1 - weight);
      }
    }
  }
}
