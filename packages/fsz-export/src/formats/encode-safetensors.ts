import { InvalidArgumentError } from '@face-sets/quality';

/** A tensor of a safetensors file: 32-bit floats, or 64-bit integers. */
export interface Tensor {
  /** Lengths of its dimensions; empty for a single number. */
  shape: readonly number[];
  /** Row-major. */
  data: Float32Array | BigInt64Array;
}

/**
 * Encodes tensors as a safetensors file (https://github.com/huggingface/safetensors, "Format"): the header's length
 * as u64, a JSON header of dtype, shape and offsets padded with spaces to 8 bytes, then the numbers, little-endian and
 * without gaps. The wider type comes first, so that every tensor is aligned; within a type the order is that given.
 *
 * @throws {InvalidArgumentError} when a shape does not fit its data.
 */
export function encodeSafetensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of entries) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new InvalidArgumentError(
        `tensor ${name}: ${data.length} numbers, shape [${shape}] needs ${size}`,
      );
    }
    const bytes = littleEndian(data);
    const dtype = data instanceof BigInt64Array ? 'I64' : 'F32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    parts.push(bytes);
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...parts]));
}

function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const bytes = Buffer.alloc(data.byteLength);
  data.forEach((value: number | bigint, i: number) => {
    if (typeof value === 'bigint') bytes.writeBigInt64LE(value, i * 8);
    else bytes.writeFloatLE(value, i * 4);
  });
  return bytes;
}
