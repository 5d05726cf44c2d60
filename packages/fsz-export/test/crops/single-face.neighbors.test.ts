import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { type Box, cropRegion, type RgbImage, shareInside } from '@face-sets/quality';
import { sharedPath } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { encodePng, type FaceFinder, singleFaceCrop } from '../../src/index.js';
import { mirroredPicture, portraitCollages } from './collages.js';
import { contactSheet } from './contact-sheet.js';

const models = sharedPath('models');
const photos = sharedPath('photos');
/** Set to a folder to look at the crops: it gets all of them, and a sheet. */
const LOOK = process.env.FACE_SETS_CROPS;
/** A neighbor of whom less is in the padding is hardly ever found. */
const SHOWN = 0.25;
const GROUPS = ['bbt1.jpg', 'bbt2.jpg', 'bbt3.jpg', 'bbt4.jpg', 'bbt5.jpg', 't1.jpg'];

let opened: Promise<FaceAnalyzer> | undefined;
/** One thread: the small networks of the development data are not faster with more, and cost twice the time of both. */
const analyze = () =>
  (opened ??= loadModels(models as string, { threads: 1 }).then((loaded) => new FaceAnalyzer(loaded)));

/** What became of the faces that have a neighbor in their padding. */
interface Outcome {
  crops: number;
  rejected: string[];
  methods: Record<string, number>;
}

/**
 * Cuts out every face of a picture whose padding shows a neighbor. In what a tool would read, pixel for pixel, the
 * detector has found one face at 640 and one at 320.
 */
async function cutAll(image: RgbImage, padRatio: number, name: string, outcome: Outcome): Promise<void> {
  const analyzer = await analyze();
  const found = new Map<RgbImage, Record<number, number>>();
  const finder: Pick<FaceFinder, 'find'> = {
    find: async (picture, size) => {
      const faces = await analyzer.analyze(picture, { sizes: [size] });
      found.set(picture, { ...found.get(picture), [size]: faces.length });
      return faces;
    },
  };
  const faces = (await analyzer.analyze(image, { sizes: [640] })).map(({ bbox, embedding }) => ({
    bbox: Array.from(bbox) as unknown as Box,
    embedding,
  }));
  for (const [f, face] of faces.entries()) {
    const region = cropRegion(face.bbox, padRatio);
    const shown = faces.map((other) => (other === face ? 0 : shareInside(other.bbox, region)));
    if (Math.max(...shown) < SHOWN) continue;
    outcome.crops++;
    const result = await singleFaceCrop(image, face, finder, { padRatio });
    if ('reason' in result) {
      outcome.rejected.push(`${name}.${f} ${result.reason.code}`);
      continue;
    }
    const { method } = result.crop;
    outcome.methods[method] = (outcome.methods[method] ?? 0) + 1;
    const png = await encodePng(result.image);
    if (LOOK) {
      mkdirSync(LOOK, { recursive: true });
      writeFileSync(join(LOOK, `${name}-${f}-${method}.png`), png);
    }
    const { image: read } = await decodeImage(png);
    expect(Buffer.compare(read.data, result.image.data), `${name}.${f}`).toBe(0);
    expect(found.get(result.image), `${name}.${f}`).toEqual({ 320: 1, 640: 1 });
    found.clear();
  }
}

async function cutPictures(
  sheet: string,
  pictures: readonly { name: string; image: RgbImage; padRatio: number }[],
): Promise<Outcome> {
  const outcome: Outcome = { crops: 0, rejected: [], methods: {} };
  for (const { name, image, padRatio } of pictures) await cutAll(image, padRatio, name, outcome);
  if (LOOK) {
    console.log(sheet, outcome);
    await contactSheet(
      LOOK,
      `_${sheet}.png`,
      pictures.map(({ name }) => name),
    );
  }
  return outcome;
}

describe.skipIf(!models || !photos)(
  'crops whose padding holds a neighbor (needs the development data)',
  () => {
    it('show one face at 640 and at 320 in collages of portraits without a gap', async () => {
      const collages = await portraitCollages(join(photos as string, 'people'), 9);
      const pictures = collages.map((image, n) => ({ name: `collage${n}`, image, padRatio: 0.5 }));
      const { crops, rejected, methods } = await cutPictures('collages', pictures);
      // With those of the other test at least 200.
      expect(crops).toBeGreaterThanOrEqual(125);
      expect(rejected.length / crops, rejected.join(', ')).toBeLessThanOrEqual(0.1);
      expect(methods.tightened).toBeGreaterThan(0);
      expect(methods.masked).toBeGreaterThan(0);
    }, 600_000);

    it('show one face at 640 and at 320 in photos of groups', async () => {
      const pictures = [];
      for (const file of GROUPS) {
        const { image } = await decodeImage(join(photos as string, 'groups', file));
        const name = file.replace(/\..*/, '');
        pictures.push({ name: `${name}-near`, image, padRatio: 0.9 });
        pictures.push({ name: `${name}-wide`, image, padRatio: 1.4 });
        const mirrored = mirroredPicture(image);
        pictures.push({ name: `${name}-mirrored`, image: mirrored, padRatio: 1.2 });
        pictures.push({ name: `${name}-mirrored-near`, image: mirrored, padRatio: 0.8 });
      }
      const { crops, rejected, methods } = await cutPictures('groups', pictures);
      expect(crops).toBeGreaterThanOrEqual(75);
      expect(rejected.length / crops, rejected.join(', ')).toBeLessThanOrEqual(0.1);
      expect(methods.tightened).toBeGreaterThan(0);
    }, 600_000);
  },
);
