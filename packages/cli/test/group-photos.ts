import { createHash } from 'node:crypto';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { seeded } from '@face-sets/testing';

/** A cache of group photos: three of forty drawn people on each, and the same person twice on every twentieth. */
export async function groupPhotos(path: string, photos: number): Promise<void> {
  const random = seeded(23);
  const model = { name: 'drawn', sha256: '0'.repeat(64) };
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: model, recognition: model },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: 32,
  });
  const people = Array.from({ length: 40 }, () => Array.from({ length: 32 }, () => random() - 0.5));
  for (let i = 0; i < photos; i++) {
    const shown = [i % 40, (i + 11) % 40, (i + 23) % 40];
    if (i % 20 === 0) shown[1] = shown[0]!;
    writer.addImage(
      {
        path: `${path}.${i}.jpg`,
        pathAliases: [],
        sha256: createHash('sha256').update(String(i)).digest('hex'),
        size: 1,
        // every photo a minute after the one before, and every other one a second after it
        mtime: 60_000 * (i - (i % 2)) + 1000 * (i % 2),
        width: 400,
        height: 300,
        status: 'faces',
      },
      shown.map((person, slot) => ({
        bbox: [100 * slot, 50, 100 * slot + 80, 150],
        kps: new Array(10).fill(50),
        detScore: 0.9,
        blur: 100,
        embedding: Float32Array.from(people[person]!, (value) => value + 0.2 * (random() - 0.5)),
      })),
    );
  }
  await writer.close();
}
