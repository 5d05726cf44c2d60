/** A box of an ISO base media file, such as HEIC, AVIF and CR3: where its content begins and ends. */
export interface BmffBox {
  /** Four characters. */
  type: string;
  /** Of its content, in bytes from the beginning of the file. */
  start: number;
  end: number;
}

/** The boxes in a part of the file (ISO/IEC 14496-12, 4.2); one that is cut off ends with the part. */
export function* boxes(bytes: Buffer, { start, end }: { start: number; end: number }): Generator<BmffBox> {
  for (let at = start; at + 8 <= end; ) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > end) return;
    // 0: up to the end; 1: a length of 64 bits follows.
    const length = short === 0 ? end - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < head) return;
    yield {
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at + head,
      end: Math.min(at + length, end),
    };
    at += length;
  }
}

/** The first box of a type in a part of the file. */
export function findBox(
  bytes: Buffer,
  within: { start: number; end: number },
  type: string,
): BmffBox | undefined {
  for (const box of boxes(bytes, within)) if (box.type === type) return box;
  return undefined;
}
