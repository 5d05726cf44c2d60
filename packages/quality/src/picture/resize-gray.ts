import type { GrayImage } from './gray.js';

/**
 * Scales a gray image, proportions kept, to a short edge of `size` pixels: by the mean over the area that each new
 * pixel covers where it shrinks, by linear interpolation where it grows.
 */
export function resizeShortEdge(gray: GrayImage, size: number): GrayImage {
  const scale = size / Math.min(gray.width, gray.height);
  if (scale === 1) return gray;
  const width = Math.max(1, Math.round(gray.width * scale));
  const height = Math.max(1, Math.round(gray.height * scale));
  const across = taps(gray.width, width);
  const down = taps(gray.height, height);
  const rows = new Float32Array(width * gray.height);
  for (let y = 0; y < gray.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const { from, share } of across[x]) sum += gray.data[y * gray.width + from] * share;
      rows[y * width + x] = sum;
    }
  }
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0.5;
      for (const { from, share } of down[y]) sum += rows[from * width + x] * share;
      data[y * width + x] = sum;
    }
  }
  return { data, width, height };
}

/** Which old pixels make up each new one along an axis, and with which share. */
function taps(before: number, after: number): { from: number; share: number }[][] {
  const ratio = before / after;
  return Array.from({ length: after }, (_, to) => {
    if (ratio < 1) {
      const center = Math.max(0, Math.min(before - 1, (to + 0.5) * ratio - 0.5));
      const from = Math.floor(center);
      const next = Math.min(before - 1, from + 1);
      return [
        { from, share: 1 - (center - from) },
        { from: next, share: center - from },
      ];
    }
    const [start, end] = [to * ratio, (to + 1) * ratio];
    const covered = [];
    for (let from = Math.floor(start); from < Math.min(before, Math.ceil(end)); from++) {
      covered.push({ from, share: (Math.min(end, from + 1) - Math.max(start, from)) / ratio });
    }
    return covered;
  });
}
