/** For each byte, the CRC-32 of that byte alone (polynomial 0xedb88320, as zip and PNG use it). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/**
 * The CRC-32 of bytes, in JavaScript.
 *
 * @param bytes the next bytes
 * @param start the CRC-32 of the bytes before them
 */
export function portableCrc32(bytes: Uint8Array, start = 0): number {
  let crc = ~start;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The CRC-32 of bytes. Where this runs in Node, its native one is asked for at run time, which is several times as fast;
 * an import would keep the codec out of browsers.
 */
export const crc32: typeof portableCrc32 =
  globalThis.process?.getBuiltinModule?.('node:zlib').crc32 ?? portableCrc32;
