import { seeded } from './seeded.js';

/** 8-bit RGB, row-major. */
export interface Picture {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A picture of noise: every error in an index or a weight shows in it. */
export function noise(width: number, height: number, seed = 1): Picture {
  const random = seeded(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));
  return { data, width, height };
}

/** A picture of four quarters in plain colors: red, green / blue, white. */
export function quarters(width: number, height: number): Picture {
  const colors = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      data.set(colors[quarter], (y * width + x) * 3);
    }
  }
  return { data, width, height };
}

/** A picture as a BMP file of 24 bits, stored from the bottom row up. */
export function bmpOf({ data, width, height }: Picture): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bmp = Buffer.alloc(54 + stride * height);
  bmp.write('BM', 0, 'latin1');
  bmp.writeUInt32LE(bmp.length, 2);
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(width, 18);
  bmp.writeInt32LE(height, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = 54 + (height - 1 - y) * stride + x * 3;
      bmp[to] = data[from + 2];
      bmp[to + 1] = data[from + 1];
      bmp[to + 2] = data[from];
    }
  }
  return bmp;
}
