import type { RgbImage } from '../src/index.js';

export function randomImage(width: number, height: number, random: () => number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));
  return { data, width, height };
}
