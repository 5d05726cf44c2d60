/** A value of a TIFF entry: numbers of 16 or 32 bits, or bytes. */
export type Entry = [tag: number, type: number, values: number[] | Buffer];

const SIZES: Record<number, number> = { 1: 1, 3: 2, 4: 4, 7: 1 };

/** A directory of a TIFF file, little-endian, to stand at `at`, with what it holds behind it. */
export function directory(at: number, entries: Entry[], next = 0): Buffer {
  const head = Buffer.alloc(6 + 12 * entries.length);
  const tail: Buffer[] = [];
  let end = at + head.length;
  head.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, values]] of entries.entries()) {
    const size = SIZES[type]!;
    let data: Buffer;
    if (Buffer.isBuffer(values)) data = values;
    else {
      data = Buffer.alloc(size * values.length);
      for (const [k, value] of values.entries()) data.writeUIntLE(value, k * size, size);
    }
    const entry = 2 + 12 * i;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(type, entry + 2);
    head.writeUInt32LE(data.length / size, entry + 4);
    if (data.length <= 4) data.copy(head, entry + 8);
    else {
      head.writeUInt32LE(end, entry + 8);
      tail.push(data);
      end += data.length;
    }
  }
  head.writeUInt32LE(next, head.length - 4);
  return Buffer.concat([head, ...tail]);
}

/** Pieces at their places in one file. */
export function laidOut(pieces: [at: number, piece: Buffer][]): Buffer {
  const file = Buffer.alloc(Math.max(...pieces.map(([at, piece]) => at + piece.length)));
  for (const [at, piece] of pieces) piece.copy(file, at);
  return file;
}

function head(mark: string): Buffer {
  return Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.from([8, 0, 0, 0])]);
}

const JPEG_AT = 2000;
const RAW_SIZE: Entry[] = [
  [0x0100, 4, [640]],
  [0x0101, 4, [480]],
];

/** As Nikon, Sony and Adobe build them: a sub-directory of raw data and one of the preview. */
export function nef(jpeg: Buffer, orientation = 1): Buffer {
  return laidOut([
    [0, head('II*\0')],
    [
      8,
      directory(8, [
        [0x0112, 3, [orientation]],
        [0x014a, 4, [200, 400]],
      ]),
    ],
    [200, directory(200, [...RAW_SIZE, [0x0103, 3, [34713]], [0x0106, 3, [32803]]])],
    [
      400,
      directory(400, [
        [0x0201, 4, [JPEG_AT]],
        [0x0202, 4, [jpeg.length]],
      ]),
    ],
    [JPEG_AT, jpeg],
  ]);
}

/** A DNG file: the preview is a strip of compression 7. */
export function dng(jpeg: Buffer, orientation = 1): Buffer {
  return laidOut([
    [0, head('II*\0')],
    [
      8,
      directory(8, [
        [0x0112, 3, [orientation]],
        [0x014a, 4, [200, 400]],
        [0xc612, 1, [1, 4, 0, 0]],
      ]),
    ],
    [200, directory(200, [...RAW_SIZE, [0x0106, 3, [32803]]])],
    [
      400,
      directory(400, [
        [0x0103, 3, [7]],
        [0x0111, 4, [JPEG_AT]],
        [0x0117, 4, [jpeg.length]],
      ]),
    ],
    [JPEG_AT, jpeg],
  ]);
}

/** A CR2 file: the preview is a strip of compression 6 in the first directory. */
export function cr2(jpeg: Buffer, orientation = 1): Buffer {
  return laidOut([
    [0, Buffer.concat([Buffer.from('II*\0', 'latin1'), Buffer.from([16, 0, 0, 0]), Buffer.from('CR\x02\0')])],
    [
      16,
      directory(16, [
        ...RAW_SIZE,
        [0x0103, 3, [6]],
        [0x0111, 4, [JPEG_AT]],
        [0x0112, 3, [orientation]],
        [0x0117, 4, [jpeg.length]],
      ]),
    ],
    [JPEG_AT, jpeg],
  ]);
}

/** A Panasonic file: `JpgFromRaw`. */
export function rw2(jpeg: Buffer, orientation = 1): Buffer {
  const ifd = directory(8, [
    [0x002e, 7, jpeg],
    [0x0112, 3, [orientation]],
  ]);
  return laidOut([
    [0, head('IIU\0')],
    [8, ifd],
  ]);
}

/** An Olympus file: the preview is named in the settings of the maker note, whose offsets count from its mark. */
export function orf(jpeg: Buffer, orientation = 1): Buffer {
  const note = laidOut([
    [0, Buffer.from('OLYMPUS\0II\x03\0', 'latin1')],
    [12, directory(12, [[0x2020, 4, [100]]])],
    [
      100,
      directory(100, [
        [0x0101, 4, [300]],
        [0x0102, 4, [jpeg.length]],
      ]),
    ],
    [300, jpeg],
  ]);
  return laidOut([
    [0, head('IIRO')],
    [8, directory(8, [...RAW_SIZE, [0x0112, 3, [orientation]], [0x8769, 4, [200]]])],
    [200, directory(200, [[0x927c, 7, note]])],
  ]);
}

/** A Fujifilm file, whose preview has its own metadata. */
export function raf(jpeg: Buffer): Buffer {
  const start = Buffer.alloc(160);
  start.write('FUJIFILMCCD-RAW 0201', 0, 'latin1');
  start.writeUInt32BE(160, 84);
  start.writeUInt32BE(jpeg.length, 88);
  return Buffer.concat([start, jpeg]);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, { length }) => sum + length, 8);
  const start = Buffer.alloc(8);
  start.writeUInt32BE(length, 0);
  start.write(type, 4, 'latin1');
  return Buffer.concat([start, ...content]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** A CR3 file: the JPEG is the first sample of a track, a smaller one stands in `PRVW`. */
export function cr3(jpeg: Buffer, orientation = 1, small: Buffer | null = null): Buffer {
  const block = Buffer.concat([head('II*\0'), directory(8, [...RAW_SIZE, [0x0112, 3, [orientation]]])]);
  const start = box('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1'));
  const moov = (at: number) =>
    box(
      'moov',
      box('uuid', Buffer.alloc(16, 0x85), box('CMT1', block)),
      box(
        'trak',
        box(
          'mdia',
          box('minf', box('stbl', box('stsz', words(0, jpeg.length, 1)), box('co64', words(0, 1, 0, at)))),
        ),
      ),
    );
  const preview = small
    ? box('uuid', Buffer.alloc(24, 0xea), box('PRVW', words(0, 1, 0, small.length), small))
    : Buffer.alloc(0);
  const at = start.length + moov(0).length + preview.length + 8;
  return Buffer.concat([start, moov(at), preview, box('mdat', jpeg)]);
}
