import { describe, expect, it } from 'vitest';
import { copyTraits, type RgbImage } from '../../src/index.js';

const SIDE = 96;
const whole = { x: 0, y: 0, width: SIDE, height: SIDE };

/** A picture of soft colored waves, after something was done to each pixel. */
function picture(change: (rgb: number[], x: number, y: number) => number[] = (rgb) => rgb): RgbImage {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0, i = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const rgb = [0, 1, 2].map((k) => 128 + 60 * Math.sin(x / (5 + k) + k) * Math.cos(y / (7 - k)));
      for (const value of change(rgb, x, y)) data[i++] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return { data, width: SIDE, height: SIDE };
}

const luma = ([r, g, b]: number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;
/** The same noise each time, of a standard deviation of about 1. */
function noises() {
  let state = 1;
  const uniform = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe('copyTraits', () => {
  const photo = copyTraits(picture(), whole);

  it('finds colors in a color picture, none in gray, and next to none in a toned one', () => {
    const gray = copyTraits(
      picture((rgb) => [luma(rgb), luma(rgb), luma(rgb)]),
      whole,
    );
    const sepia = copyTraits(
      picture((rgb) => [1.1, 0.9, 0.6].map((k) => k * luma(rgb))),
      whole,
    );
    expect(photo.color).toBeGreaterThan(10);
    expect(gray.color).toBe(0);
    expect(sepia.color).toBeLessThan(2);
  });

  it('counts colors', () => {
    expect(photo.colors).toBeGreaterThan(2000);
    expect(
      copyTraits(
        picture((rgb) => rgb.map((value) => Math.round(value / 64) * 64)),
        whole,
      ).colors,
    ).toBeLessThan(60);
  });

  it('sees blocks, wherever their grid begins', () => {
    const blocks = (offset: number) =>
      copyTraits(
        picture((rgb, x, y) =>
          rgb.map(
            (value) => value + 12 * ((Math.floor((x + offset) / 8) + Math.floor((y + offset) / 8)) % 2),
          ),
        ),
        whole,
      ).blockiness;
    expect(photo.blockiness).toBeLessThan(1.3);
    expect(blocks(0)).toBeGreaterThan(3);
    expect(blocks(3)).toBeGreaterThan(3);
  });

  it('measures noise, which adds nothing to the detail', () => {
    const next = noises();
    const noisy = copyTraits(
      picture((rgb) => {
        const noise = 8 * next();
        return rgb.map((value) => value + noise);
      }),
      whole,
    );
    expect(noisy.noise).toBeGreaterThan(6);
    expect(noisy.noise).toBeLessThan(10);
    expect(photo.noise).toBeLessThan(2);
    expect(noisy.realShare).toBeLessThan(0.3);
    expect(photo.realShare).toBeGreaterThan(0.6);
  });
});
