import { join } from 'node:path';
import { FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import { fileSha256 } from '@face-sets/files';
import { makeCache, tempDir } from '@face-sets/testing';
import { expect, it } from 'vitest';
import { safeDstName, writePersonFolders } from '../../src/index.js';

it('takes a face cache as it is read from disk', async () => {
  const dir = tempDir('face-cache');
  const path = join(dir, 'faces.npz');
  const photo = join(dir, 'photos', 'a.png');
  const faces = [{ who: 0, bbox: [50, 50, 150, 180] as [number, number, number, number] }];
  const { images, embedding } = await makeCache([{ path: photo, faces }]);
  const model = { name: 'toy.onnx', sha256: 'e'.repeat(64) };
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: model, recognition: model },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: 8,
  });
  writer.addImage({ ...images[0], pathAliases: [] }, [
    {
      bbox: Float32Array.from(faces[0].bbox),
      kps: new Float32Array(10),
      detScore: 0.9,
      blur: 100,
      embedding: embedding!,
    },
  ]);
  await writer.close();

  const cache = await readFaceCache(path);
  const out = join(dir, 'out');
  const { manifest } = await writePersonFolders({
    cache,
    cacheFile: { path, sha256: await fileSha256(path) },
    people: [],
    out,
    options: {},
  });
  expect(manifest.singletons).toMatchObject([
    { row: 0, source: photo, bbox: faces[0].bbox, files: [`_singletons/${safeDstName(photo)}`] },
  ]);
});
