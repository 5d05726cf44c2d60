import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import type { GoldenFile } from '@face-sets/testing';

type SizedGoldenFile = Record<string, GoldenFile[string] & { shape: unknown }>;

/**
 * Writes the cache of the shared photos as InsightFace's own code found their faces: as good as an embedding run with the
 * same models, in no time.
 *
 * @param photos folder of the photos
 * @param golden `golden.json`
 */
export async function goldenCache(photos: string, golden: string, path: string): Promise<void> {
  const file: SizedGoldenFile = JSON.parse(readFileSync(golden, 'utf8'));
  const identity = (name: string) => ({ name, sha256: createHash('sha256').update(name).digest('hex') });
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: identity('det_2.5g'), recognition: identity('mobilefacenet') },
    detection: { sizes: [128, 640], threshold: 0.5, nms: 0.4 },
    tool: 'face-sets test',
    embeddingDim: 128,
  });
  for (const [name, { auto, shape }] of Object.entries(file)) {
    const photo = join(photos, name);
    const bytes = readFileSync(photo);
    const { mtimeMs } = statSync(photo);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = writer.imageBySha256(sha256);
    if (known !== undefined) {
      writer.updateImage(known, { pathAliases: [...writer.images[known]!.pathAliases, photo] });
      continue;
    }
    const [height, width] = shape as [number, number];
    writer.addImage(
      {
        path: photo,
        pathAliases: [],
        sha256,
        size: bytes.length,
        mtime: mtimeMs,
        width,
        height,
        status: auto!.length > 0 ? 'faces' : 'noface',
      },
      auto!.map((face) => ({
        bbox: Float32Array.from(face.bbox),
        kps: Float32Array.from(face.kps.flat()),
        detScore: face.det_score,
        blur: face.laplacian_var!,
        embedding: Float32Array.from(face.normed_embedding!),
      })),
    );
  }
  await writer.close();
}
