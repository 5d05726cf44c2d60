import { decodeImage } from '@face-sets/photos';
import { cosine, iou, sharedPath } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { analyzePhoto, FaceAnalyzer, loadModels } from '../../src/index.js';
import { largePhotos } from './large-photos.js';

const PHOTOS = 100;
/** Least width and height of a face at the detector's scale that must be found alike, in pixels. */
const LEAST = 40;

const models = sharedPath('models');
const people = sharedPath('photos', 'people');
const title = models && people ? '' : ' (skipped: no development data)';

describe('large JPEGs decoded at a reduced scale', () => {
  it.skipIf(title)(
    `have the same faces as in full, and alike embeddings${title}`,
    async () => {
      sharp.concurrency(1);
      const analyzer = new FaceAnalyzer(await loadModels(models!));
      const cosines: number[] = [];
      const lost: string[] = [];
      let photo = 0;
      for await (const jpeg of largePhotos(people!, PHOTOS)) {
        photo++;
        const { image } = await decodeImage(jpeg);
        const scale = 640 / Math.max(image.width, image.height);
        const large = ({ bbox }: { bbox: ArrayLike<number> }) =>
          Math.min(bbox[2] - bbox[0], bbox[3] - bbox[1]) * scale >= LEAST;
        const all = await analyzer.analyze(image);
        const inFull = all.filter(large);
        const { faces } = await analyzePhoto(jpeg, analyzer);
        for (const face of inFull) {
          const overlaps = faces.map((other) => iou(face.bbox, other.bbox));
          const best = overlaps.indexOf(Math.max(...overlaps));
          if (overlaps[best] > 0.5) cosines.push(cosine(face.embedding, faces[best].embedding));
          else lost.push(`photo ${photo}: the face at ${Array.from(face.bbox, Math.round)} is lost`);
        }
        for (const face of faces.filter(large)) {
          // A face of just the least size may be a little smaller in full.
          if (!all.some((other) => iou(face.bbox, other.bbox) > 0.5)) {
            lost.push(
              `photo ${photo}: a face at ${Array.from(face.bbox, Math.round)} that is not there in full`,
            );
          }
        }
      }
      cosines.sort((a, b) => a - b);
      const median = cosines[cosines.length >> 1];
      console.log(
        `${photo} photos, ${cosines.length} faces of ${LEAST} px and more; embedding cosine to the full decode: ` +
          `least ${cosines[0].toFixed(4)}, median ${median.toFixed(5)}`,
      );
      expect(lost).toEqual([]);
      expect(cosines.length).toBeGreaterThan(200);
      expect(cosines[0]).toBeGreaterThanOrEqual(0.98);
      expect(median).toBeGreaterThanOrEqual(0.998);
    },
    900_000,
  );
});
