import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import type { RgbImage } from '@face-sets/quality';
import { sharedPath } from '@face-sets/testing';
import { expect, it } from 'vitest';
import { shareInside } from '../src/crop-region.js';
import { type Box, cropRegion, encodePng, type FaceFinder, singleFaceCrop } from '../src/index.js';
import { portraitCollages } from './collages.js';

const models = sharedPath('models');
const photos = sharedPath('photos');
/** Set to a folder to look at the crops, and for all 200: without it a third of them is made, which takes a minute. */
const LOOK = process.env.FACE_SETS_CROPS;

it.skipIf(!models || !photos)(
  'shows one face, at 640 and at 320, in crops whose padding holds a neighbour (needs the development data)',
  async () => {
    const analyzer = new FaceAnalyzer(await loadModels(models as string, { threads: 2 }));
    const finder: Pick<FaceFinder, 'find'> = {
      find: (image, size) => analyzer.analyze(image, { sizes: [size] }),
    };
    const pictures: { image: RgbImage; padRatio: number }[] = [];
    for (const image of await portraitCollages(join(photos as string, 'people'), LOOK ? 14 : 3)) {
      pictures.push({ image, padRatio: 0.5 });
    }
    for (const name of ['bbt1.jpg', 'bbt2.jpg', 'bbt3.jpg', 'bbt4.jpg', 'bbt5.jpg', 't1.jpg']) {
      const { image } = await decodeImage(join(photos as string, 'groups', name));
      pictures.push({ image, padRatio: 1.2 });
    }
    let crops = 0;
    const rejected: string[] = [];
    const methods: Record<string, number> = {};
    for (const [p, { image, padRatio }] of pictures.entries()) {
      const faces = (await analyzer.analyze(image, { sizes: [640] })).map(({ bbox, embedding }) => ({
        bbox: Array.from(bbox) as unknown as Box,
        embedding,
      }));
      for (const [f, face] of faces.entries()) {
        const region = cropRegion(face.bbox, padRatio);
        const shown = faces.map((other) => (other === face ? 0 : shareInside(other.bbox, region)));
        if (Math.max(...shown) < 0.25) continue;
        crops++;
        const result = await singleFaceCrop(image, face, finder, { padRatio });
        if ('reason' in result) {
          rejected.push(`${p}.${f} ${result.reason.code}`);
          continue;
        }
        const { method } = result.crop;
        methods[method] = (methods[method] ?? 0) + 1;
        const png = await encodePng(result.image);
        if (LOOK) {
          mkdirSync(LOOK, { recursive: true });
          writeFileSync(join(LOOK, `${String(p).padStart(2, '0')}-${f}-${method}.png`), png);
        }
        const { image: read } = await decodeImage(png);
        for (const size of [640, 320]) {
          expect(await finder.find(read, size), `${p}.${f} at ${size}`).toHaveLength(1);
        }
      }
    }
    if (LOOK) console.log({ crops, methods, rejected });
    expect(crops).toBeGreaterThanOrEqual(LOOK ? 200 : 60);
    expect(rejected.length / crops, rejected.join(', ')).toBeLessThanOrEqual(0.1);
    expect(methods.tightened).toBeGreaterThan(0);
    expect(methods.masked).toBeGreaterThan(0);
  },
  1_200_000,
);
