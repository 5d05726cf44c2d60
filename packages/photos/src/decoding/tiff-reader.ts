const MOST_ENTRIES = 1024;
const MOST_LINKS = 16;
/** Bytes of a value of each TIFF type, by its number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

/** An entry of a directory: where its values are, in bytes of the file. */
export interface TiffEntry {
  type: number;
  count: number;
  start: number;
  /** Bytes. */
  length: number;
}

/** Reads numbers of a TIFF structure; what is outside of the file reads as nothing. */
export class TiffReader {
  readonly bytes: Buffer;
  readonly #little: boolean;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#little = bytes[0] === 0x49;
  }

  u16(at: number): number {
    if (at < 0 || at + 2 > this.bytes.length) return 0;
    return this.#little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    if (at < 0 || at + 4 > this.bytes.length) return 0;
    return this.#little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** The entries of a directory, and where the next one is; offsets in it count from `base`. */
  directory(at: number, base = 0): { tags: Map<number, TiffEntry>; next: number } {
    const tags = new Map<number, TiffEntry>();
    const count = this.u16(at);
    if (count === 0 || count > MOST_ENTRIES) return { tags, next: 0 };
    for (let i = 0, entry = at + 2; i < count && entry + 12 <= this.bytes.length; i++, entry += 12) {
      const type = this.u16(entry + 2);
      const values = this.u32(entry + 4);
      const length = (TYPE_BYTES[type] ?? 1) * values;
      const start = length <= 4 ? entry + 8 : base + this.u32(entry + 8);
      if (start + length <= this.bytes.length)
        tags.set(this.u16(entry), { type, count: values, start, length });
    }
    return { tags, next: this.u32(at + 2 + 12 * count) };
  }

  /** The values of an entry as whole numbers of 16 or 32 bits; the first few. */
  numbers(entry: TiffEntry | undefined): number[] {
    if (!entry) return [];
    const isShort = entry.type === 3;
    return Array.from({ length: Math.min(entry.count, MOST_LINKS) }, (_, i) =>
      isShort ? this.u16(entry.start + 2 * i) : this.u32(entry.start + 4 * i),
    );
  }
}
