import assert from 'node:assert/strict';

/** A tensor of a safetensors file. */
export interface ReadTensor {
  dtype: string;
  shape: number[];
  values: number[];
}

/** Reads a safetensors file by the rules of the format, and refuses what breaks one. */
export function readSafetensors(bytes: Uint8Array): Record<string, ReadTensor> {
  const file = Buffer.from(bytes);
  const length = Number(file.readBigUInt64LE(0));
  assert(length <= 100_000_000);
  assert(8 + length <= file.length);
  assert.equal((8 + length) % 8, 0);
  const text = file.toString('utf8', 8, 8 + length);
  assert(text.startsWith('{'));
  const header = JSON.parse(text) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const data = file.subarray(8 + length);
  let at = 0;
  const tensors: Record<string, ReadTensor> = {};
  const entries = Object.entries(header).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [begin, end] = data_offsets;
    const width = { F32: 4, I64: 8 }[dtype] as number;
    // No gaps, no overlaps, aligned, and exactly as long as dtype and shape say.
    assert.equal(begin, at);
    assert.equal(begin % width, 0);
    assert.equal(end - begin, width * shape.reduce((product, size) => product * size, 1));
    at = end;
    const values: number[] = [];
    for (let i = begin; i < end; i += width) {
      values.push(dtype === 'F32' ? data.readFloatLE(i) : Number(data.readBigInt64LE(i)));
    }
    tensors[name] = { dtype, shape, values };
  }
  assert.equal(at, data.length);
  return tensors;
}
