import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FoundFace,
  type GoldenFace,
  type GoldenFigures,
  type GoldenFile,
  goldenFigures,
} from './golden-figures.js';

/** Detector settings of a golden file and the options that reproduce them. */
export const GOLDEN_SETTINGS: Readonly<Record<string, { sizes: number[] }>> = {
  auto: { sizes: [128, 640] },
  640: { sizes: [640] },
};

/** The code under test, handed in since this package depends on none of it. */
export interface GoldenPipeline<Image> {
  decode(path: string): Promise<Image>;
  /** Finds faces without embedding them. */
  detect(image: Image, options: { sizes: number[] }): Promise<FoundFace[]>;
  analyze(image: Image, options: { sizes: number[] }): Promise<(FoundFace & { bbox: ArrayLike<number> })[]>;
  landmarks(
    image: Image,
    bbox: ArrayLike<number>,
  ): Promise<Pick<FoundFace, 'landmark2d106' | 'landmark3d68' | 'pose'>>;
  blur(image: Image, bbox: ArrayLike<number>): number;
}

/** Reads a golden file. */
export async function readGoldenFile(path: string): Promise<GoldenFile> {
  return JSON.parse(await readFile(path, 'utf8')) as GoldenFile;
}

/**
 * Runs a pipeline over the photos of a golden file and measures how far it agrees with it. Embedding, landmarks, pose and
 * blur are compared where the golden file has them.
 *
 * @param setting a key of {@link GOLDEN_SETTINGS}
 * @param photos folder that the photo paths in the file are relative to
 * @param only which photos to take; default all that the file has at this setting
 */
export async function goldenAgreement<Image>(
  golden: GoldenFile,
  setting: string,
  photos: string,
  pipeline: GoldenPipeline<Image>,
  only: (photo: string) => boolean = () => true,
): Promise<GoldenFigures> {
  const options = GOLDEN_SETTINGS[setting];
  const results: { photo: string; golden: GoldenFace[]; found: FoundFace[] }[] = [];
  for (const [photo, { [setting]: expected }] of Object.entries(golden)) {
    if (!expected || !only(photo)) continue;
    const image = await pipeline.decode(join(photos, photo));
    const found: FoundFace[] = [];
    if (expected.some((face) => face.normed_embedding)) {
      for (const face of await pipeline.analyze(image, options)) {
        const landmarks = await pipeline.landmarks(image, face.bbox);
        found.push({ ...face, ...landmarks, blur: pipeline.blur(image, face.bbox) });
      }
    } else found.push(...(await pipeline.detect(image, options)));
    results.push({ photo, golden: expected, found });
  }
  return goldenFigures(results);
}
