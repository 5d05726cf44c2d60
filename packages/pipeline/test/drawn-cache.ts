import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { makeCache, type PhotoOfTest } from '@face-sets/testing';

/**
 * Writes photos with drawn faces, and the face cache that embedding them would give: no models are opened.
 *
 * @param model name of the recognition model that the cache records
 */
export async function drawnCache(
  path: string,
  photos: readonly PhotoOfTest[],
  model = 'drawn',
): Promise<void> {
  const { images, imageIndex, embedding, bbox, detScore, blur, dim } = await makeCache(photos);
  const identity = (name: string) => ({ name, sha256: createHash('sha256').update(name).digest('hex') });
  mkdirSync(dirname(path), { recursive: true });
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: identity('drawn'), recognition: identity(model) },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: dim,
  });
  for (const [index, image] of images.entries()) {
    const rows = [...imageIndex.keys()].filter((row) => imageIndex[row] === index);
    writer.addImage(
      image,
      rows.map((row) => ({
        bbox: bbox.subarray(4 * row, 4 * row + 4),
        kps: new Float32Array(10),
        detScore: detScore[row]!,
        blur: blur[row]!,
        embedding: embedding.subarray(dim * row, dim * (row + 1)),
      })),
    );
  }
  await writer.close();
}

/**
 * Three people alone on three photos each, in a folder by their name: `anna`, `ben` and `carl`. Faces of one person are at
 * most 0.13 apart, those of two at least 0.8.
 *
 * @param folder where the photos go
 */
export function threePeople(folder: string): PhotoOfTest[] {
  return ['anna', 'ben', 'carl'].flatMap((name, who) =>
    [0, 15, 30].map((turn, i) => ({
      path: join(folder, name, `${i}.png`),
      // Every photo is another picture: the face lies elsewhere.
      faces: [{ who, turn, bbox: [40 + 30 * i, 60, 170 + 30 * i, 220] as [number, number, number, number] }],
    })),
  );
}

/** A photo with Anna on the left and Ben on the right. */
export function annaAndBen(path: string): PhotoOfTest {
  return {
    path,
    faces: [
      { who: 0, bbox: [20, 60, 150, 220] },
      { who: 1, bbox: [220, 60, 350, 220] },
    ],
  };
}
