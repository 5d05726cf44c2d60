/** Changes to HEIF files (HEIC, AVIF) of tests, byte for byte and of the same length. */

const TRANSFORMS = ['irot', 'imir'];

/** The file with another number in its EXIF orientation tag, which it must have. */
export function withExifOrientation(file: Uint8Array, orientation: number): Buffer {
  const changed = Buffer.from(file);
  const little = changed.indexOf(Buffer.from('1201030001000000', 'hex'));
  const big = changed.indexOf(Buffer.from('0112000300000001', 'hex'));
  if (little >= 0) changed.writeUInt16LE(orientation, little + 8);
  else if (big >= 0) changed.writeUInt16BE(orientation, big + 8);
  else throw new Error('no EXIF orientation to change');
  return changed;
}

/** The file as cameras write it that tell the orientation in EXIF only: `irot` and `imir` are void. */
export function withoutTransforms(file: Uint8Array): Buffer {
  const changed = Buffer.from(file);
  for (const [index, { type, at }] of properties(changed).entries()) {
    if (!TRANSFORMS.includes(type)) continue;
    changed.write('free', at + 4, 'latin1');
    associate(changed, index + 1, (entry) => entry & 0x7f);
  }
  return changed;
}

/** The file with an `irot` (quarters counterclockwise) in place of its `pixi`, which decoders can do without. */
export function withTurn(file: Uint8Array, quarters: number): Buffer {
  return inPlaceOfPixi(file, 'irot', quarters);
}

/** The file with an `imir` (0: top and bottom change places; 1: left and right) in place of its `pixi`. */
export function withMirror(file: Uint8Array, axis: number): Buffer {
  return inPlaceOfPixi(file, 'imir', axis);
}

/** As {@link withTurn}, but no picture of the file has this property. */
export function withUnusedTurn(file: Uint8Array, quarters: number): Buffer {
  const changed = withTurn(file, quarters);
  const index = properties(changed).findIndex(({ type }) => type === 'irot') + 1;
  // Named twice, the first property of each picture says nothing new.
  associate(changed, index, (_entry, first) => first);
  return changed;
}

function inPlaceOfPixi(file: Uint8Array, type: string, value: number): Buffer {
  const changed = Buffer.from(file);
  const index = properties(changed).findIndex((property) => property.type === 'pixi');
  const { at, length } = properties(changed)[index]!;
  changed.write(type, at + 4, 'latin1');
  changed.fill(0, at + 8, at + length);
  changed.writeUInt8(value, at + 8);
  return changed;
}

/** Type and place of the boxes in `ipco`. */
function properties(file: Buffer): { type: string; at: number; length: number }[] {
  const start = file.indexOf('ipco') - 4;
  const end = start + file.readUInt32BE(start);
  const found = [];
  for (let at = start + 8; at < end; ) {
    const length = file.readUInt32BE(at);
    found.push({ type: file.toString('latin1', at + 4, at + 8), at, length });
    at += length;
  }
  return found;
}

/** Changes the entries of `ipma` that are about a property; items and properties have short numbers. */
function associate(file: Buffer, index: number, change: (entry: number, first: number) => number): void {
  const start = file.indexOf('ipma') - 4;
  const entries = file.readUInt32BE(start + 12);
  let at = start + 16;
  for (let n = 0; n < entries; n++) {
    const count = file.readUInt8(at + 2);
    for (let k = 0; k < count; k++) {
      const place = at + 3 + k;
      const entry = file.readUInt8(place);
      if ((entry & 0x7f) === index) file.writeUInt8(change(entry, file.readUInt8(at + 3)), place);
    }
    at += 3 + count;
  }
}
