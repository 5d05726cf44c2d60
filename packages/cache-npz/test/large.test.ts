import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { AtomicFile, type FileSystem, nodeFileSystem, type OpenFile } from '@face-sets/files';
import { encodeMember, formatNpyHeader, type NpzInput } from '@face-sets/npz';
import { NpzBuilder, openNpz } from '@face-sets/npz/file';
import { pythonWith, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { FaceCacheWriter } from '../src/index.js';
import { imageRecord, PROVENANCE } from './cache-fixture.js';

const python = pythonWith('numpy');
const FACES = 1_050_000;
const DIM = 1024;
const ZEROS = new Uint8Array(2 ** 20);

/** A disk on which zeros take no room: over 4 GB of them are written in a moment. */
const SPARSE: FileSystem = {
  ...nodeFileSystem,
  realpath: nodeFileSystem.realpath,
  async open(path, flags, mode) {
    const file = await nodeFileSystem.open(path, flags, mode);
    const sparse: OpenFile = {
      read: (...args) => file.read(...args),
      truncate: (length) => file.truncate(length),
      sync: () => file.sync(),
      stat: () => file.stat(),
      close: () => file.close(),
      async write(buffer, offset, length, position) {
        const zero =
          length <= ZEROS.length &&
          Buffer.compare(buffer.subarray(offset, offset + length), ZEROS.subarray(0, length)) === 0;
        return zero ? { bytesWritten: length } : file.write(buffer, offset, length, position);
      },
    };
    return sparse;
  },
};

async function* zeros(header: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  yield header;
  for (let at = 0; at < bytes; at += ZEROS.length)
    yield ZEROS.subarray(0, Math.min(ZEROS.length, bytes - at));
}

/** Writes a cache of one image whose faces are all zeros. */
async function writeLargeCache(path: string): Promise<void> {
  const file = await AtomicFile.create(SPARSE, path, `${path}.tmp`, 0o600);
  const builder = new NpzBuilder(file);
  for (const [name, row, dtype] of [
    ['embedding', [DIM], '<f4'],
    ['bbox', [4], '<f4'],
    ['kps', [5, 2], '<f4'],
    ['det_score', [], '<f4'],
    ['blur', [], '<f4'],
    ['image_index', [], '<i4'],
  ] as [string, number[], string][]) {
    const header = formatNpyHeader({ dtype, fortranOrder: false, shape: [FACES, ...row] });
    const bytes = FACES * row.reduce((a, b) => a * b, 4);
    await builder.addStream(`${name}.npy`, header.length + bytes, zeros(header, bytes));
  }
  const { models, detection, tool } = PROVENANCE;
  const meta = { schema: 1, models, embedding_dim: DIM, detection, tool, generation: FACES + 1 };
  const { pathAliases, ...image } = imageRecord(1);
  const line = { ...image, path_aliases: pathAliases };
  for (const [name, value] of [
    ['images.jsonl', line],
    ['meta.json', meta],
  ] as const) {
    const input: NpzInput = { bytes: Buffer.from(`${JSON.stringify(value)}\n`) };
    await builder.add(encodeMember(name, input, false));
  }
  await builder.finish();
  await file.seal();
  await file.publish();
}

describe('a cache of more than 4 GB', () => {
  it('is opened, added to and folded, and read by NumPy (where there is one)', async () => {
    const path = join(tempDir('large'), 'faces.npz');
    await writeLargeCache(path);
    const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, embeddingDim: DIM, fileSystem: SPARSE });
    expect(writer.faceCount).toBe(FACES);
    writer.addImage({ ...imageRecord(2), status: 'faces' }, [
      {
        bbox: [1, 2, 3, 4],
        kps: new Float32Array(10),
        detScore: 1,
        blur: 7,
        embedding: new Float32Array(DIM).fill(5),
      },
    ]);
    await writer.close();

    const npz = await openNpz(path);
    expect(npz.sizeOf('embedding')).toBeGreaterThan(2 ** 32);
    expect([...(await npz.read('bbox')).data.slice(-8)]).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
    let last = new Uint8Array(0);
    let bytes = 0;
    for await (const chunk of npz.chunks('embedding')) {
      bytes += chunk.length;
      if (bytes === npz.sizeOf('embedding')) last = chunk.slice(-DIM * 4);
    }
    expect([...new Float32Array(last.buffer)]).toEqual(Array(DIM).fill(5));
    await npz.close();

    if (python === null) return;
    const script = `import sys, zipfile, numpy as np
with np.load(sys.argv[1], allow_pickle=False) as z: print(z['blur'][-1], z['bbox'].shape, len(z['images.jsonl'].splitlines()))
i = zipfile.ZipFile(sys.argv[1]).getinfo('embedding.npy'); print(i.file_size, i.compress_size)`;
    const out = execFileSync(python, ['-c', script, path], { encoding: 'utf8' });
    const size = 128 + (FACES + 1) * DIM * 4;
    expect(out.trim().split('\n')).toEqual([`7.0 (${FACES + 1}, 4) 2`, `${size} ${size}`]);
  });
});
