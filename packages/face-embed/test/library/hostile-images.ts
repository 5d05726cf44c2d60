import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { bmpOf, heicFixture, noise, quarters, seeded } from '@face-sets/testing';
import sharp from 'sharp';

/** A file name and what is in the file. */
export interface HostileFile {
  name: string;
  bytes: Buffer;
}

interface Sound {
  extension: string;
  bytes: Buffer;
}

/** Sound files in every format that an encoder or a sample is at hand for, small, several kinds of each. */
async function soundFiles(): Promise<Sound[]> {
  const of = (image: { data: Uint8Array; width: number; height: number }) =>
    sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
  const grainy = of(noise(60, 44));
  const plain = of(quarters(96, 72));
  const frames = sharp(Buffer.concat([quarters(24, 24).data, noise(24, 24).data]), {
    raw: { width: 24, height: 48, channels: 3, pageHeight: 24 },
  });
  const encoded: [string, Promise<Buffer>][] = [
    ['jpg', grainy.clone().jpeg().toBuffer()],
    ['jpg', plain.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer()],
    ['jpeg', plain.clone().toColorspace('cmyk').jpeg().toBuffer()],
    [
      'jpg',
      grainy
        .clone()
        .grayscale()
        .jpeg({ restartInterval: 2 } as object)
        .toBuffer(),
    ],
    ['jpg', plain.clone().resize(1280, 960).jpeg({ quality: 50 }).toBuffer()],
    ['png', grainy.clone().png().toBuffer()],
    ['png', plain.clone().png({ palette: true }).toBuffer()],
    ['png', plain.clone().ensureAlpha(0.5).toColorspace('rgb16').png({ progressive: true }).toBuffer()],
    ['png', plain.clone().withIccProfile('p3').png().toBuffer()],
    ['webp', grainy.clone().webp().toBuffer()],
    ['webp', plain.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer()],
    ['webp', frames.clone().webp().toBuffer()],
    ['gif', plain.clone().gif().toBuffer()],
    ['gif', frames.clone().gif().toBuffer()],
    ['tif', grainy.clone().tiff({ compression: 'lzw' }).toBuffer()],
    [
      'tiff',
      plain.clone().tiff({ compression: 'jpeg', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    ],
    ['tif', plain.clone().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()],
    ['tiff', frames.clone().tiff({ compression: 'none' }).toBuffer()],
    ['avif', plain.clone().avif({ effort: 0 }).toBuffer()],
  ];
  const files = await Promise.all(
    encoded.map(async ([extension, bytes]) => ({ extension, bytes: await bytes })),
  );
  files.push({ extension: 'bmp', bytes: bmpOf(noise(31, 23)) }, { extension: 'bmp', bytes: runLengthBmp() });
  for (const name of ['quarters.heic', 'display-p3.heic']) {
    files.push({ extension: 'heic', bytes: readFileSync(heicFixture(name)) });
  }
  return files;
}

/** A BMP of 16×16 in 256 grays, run length encoded. */
function runLengthBmp(): Buffer {
  const pixels = Buffer.from(
    Array.from({ length: 16 }, (_, y) => [16, y * 15, 0, 0])
      .flat()
      .concat(0, 1),
  );
  const header = bmpOf(noise(16, 16)).subarray(0, 54);
  header.writeUInt32LE(54 + 1024, 10);
  header.writeUInt16LE(8, 28);
  header.writeUInt32LE(1, 30);
  const palette = Buffer.from(Array.from({ length: 256 }, (_, i) => [i, i, i, 0]).flat());
  return Buffer.concat([header, palette, pixels]);
}

/** A PNG of one color: a few bytes for each megapixel. */
function pngBomb(width: number, height: number, rows = height): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit of gray
  const data = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * rows));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Writes the size that a file claims to have; bytes of `marker` come right before it. */
function claim(bytes: Buffer, marker: Buffer, skip: number, write: (at: number) => void): void {
  const at = bytes.indexOf(marker);
  if (at >= 0 && at + marker.length + skip + 8 <= bytes.length) write(at + marker.length + skip);
}

/** The same file claiming to be of another size, for formats where that is easy to find. */
function claimingSize({ extension, bytes }: Sound, width: number, height: number): Buffer {
  const out = Buffer.from(bytes);
  const be16 = (at: number) => {
    out.writeUInt16BE(height & 0xffff, at);
    out.writeUInt16BE(width & 0xffff, at + 2);
  };
  switch (extension) {
    case 'jpg':
    case 'jpeg':
      for (const sof of [0xc0, 0xc2]) claim(out, Buffer.from([0xff, sof]), 3, be16);
      break;
    case 'png':
      claim(out, Buffer.from('IHDR'), 0, (at) => {
        out.writeUInt32BE(width >>> 0, at);
        out.writeUInt32BE(height >>> 0, at + 4);
        out.writeUInt32BE(crc32(out.subarray(at - 4, at + 13)), at + 13);
      });
      break;
    case 'gif':
      out.writeUInt16LE(width & 0xffff, 6);
      out.writeUInt16LE(height & 0xffff, 8);
      break;
    case 'bmp':
      out.writeInt32LE(width | 0, 18);
      out.writeInt32LE(height | 0, 22);
      break;
    case 'webp':
      claim(out, Buffer.from('VP8X'), 8, (at) => {
        out.writeUIntLE(width & 0xffffff, at, 3);
        out.writeUIntLE(height & 0xffffff, at + 3, 3);
      });
      break;
    case 'avif':
    case 'heic':
      claim(out, Buffer.from('ispe'), 4, (at) => {
        out.writeUInt32BE(width >>> 0, at);
        out.writeUInt32BE(height >>> 0, at + 4);
      });
      break;
    default:
      // Tags 256 and 257 of the first directory, as short or long numbers.
      for (const [tag, value] of [
        [256, width],
        [257, height],
      ]) {
        const entry = Buffer.from([tag & 255, tag >> 8, 3, 0, 1, 0, 0, 0]);
        claim(out, entry, -8, (at) => {
          out.writeUInt16LE(4, at + 2);
          out.writeUInt32LE(value >>> 0, at + 8);
        });
      }
  }
  return out;
}

const SIZES = [
  [0, 0],
  [1, 0xffff],
  [0xffff, 0xffff],
  [0x7fffffff, 0x7fffffff],
  [0xffffffff, 1],
  [30_000, 30_000],
  [5000, 3],
];

/**
 * A seeded corpus of damaged pictures, at least `count` of them and no two alike, named so that their kind shows.
 */
export async function hostileImages(count: number, seed: number): Promise<HostileFile[]> {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const sound = await soundFiles();
  const files: HostileFile[] = [];
  const add = (kind: string, extension: string, bytes: Buffer) =>
    files.push({ name: `${String(files.length).padStart(5, '0')}-${kind}.${extension}`, bytes });

  for (const { extension, bytes } of sound) add('sound', extension, bytes);
  for (const [i, file] of sound.entries()) {
    add(
      'wrong-extension',
      sound[(i + 7) % sound.length].extension,
      Buffer.concat([file.bytes, Buffer.from([i])]),
    );
    for (const [width, height] of SIZES)
      add('absurd-size', file.extension, claimingSize(file, width, height));
    for (const length of [1, 2, 4, 12, 30]) add('start', file.extension, file.bytes.subarray(0, length));
    add('zeros', file.extension, Buffer.alloc(1 + below(5000)));
    add('garbage', file.extension, Buffer.from(Array.from({ length: 1 + below(3000) }, () => below(256))));
    // Another format's file inside this one's head, and the other way round.
    const other = sound[below(sound.length)].bytes;
    add(
      'nested',
      file.extension,
      Buffer.concat([file.bytes.subarray(0, 20), other, file.bytes.subarray(20)]),
    );
    add('text', file.extension, Buffer.from(`<svg><image href="file:///etc/passwd"/></svg>${i}`));
  }
  add('bomb', 'png', pngBomb(30_000, 30_000));
  add('bomb', 'png', pngBomb(100_000, 100_000, 10));
  add('strip', 'png', pngBomb(1, 2_000_000));
  add('strip', 'png', pngBomb(2_000_000, 1));
  add('blown-up', 'jpg', pngBomb(2000, 1900));
  const wide = sharp({ create: { width: 16_383, height: 9000, channels: 3, background: '#123' } });
  add('bomb', 'webp', await wide.clone().resize(9000, 1200).webp({ lossless: true, effort: 0 }).toBuffer());
  add('bomb', 'jpg', await wide.clone().resize(8000, 8000).jpeg().toBuffer());
  add('bomb', 'gif', await wide.clone().resize(4000, 4000).gif({ effort: 1 }).toBuffer());

  while (files.length < count) {
    const { extension, bytes } = sound[files.length % sound.length];
    const damaged = Buffer.from(bytes);
    const kind = ['flipped', 'truncated', 'blanked', 'scrambled', 'spliced'][below(5)];
    if (kind === 'truncated') {
      add(kind, extension, damaged.subarray(0, 1 + below(damaged.length - 1)));
      continue;
    }
    // Most damage is done to heads, where it matters most.
    const at = random() < 0.5 ? below(Math.min(300, damaged.length)) : below(damaged.length);
    const end = Math.min(damaged.length, at + 1 + below(40));
    if (kind === 'blanked') damaged.fill(random() < 0.5 ? 0 : 255, at, end);
    else if (kind === 'scrambled') for (let i = at; i < end; i++) damaged[i] = below(256);
    else if (kind === 'flipped') {
      for (let flips = 1 + below(8); flips > 0; flips--) damaged[below(damaged.length)] ^= 1 << below(8);
    }
    const extra = kind === 'spliced' ? damaged.subarray(below(damaged.length), damaged.length) : null;
    add(
      kind,
      extension,
      extra ? Buffer.concat([damaged.subarray(0, at), extra, damaged.subarray(end)]) : damaged,
    );
  }
  return files;
}
