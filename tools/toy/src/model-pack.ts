import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDetector } from './detector.js';
import { buildGenderAge } from './gender-age.js';
import { buildLandmarks2d, buildLandmarks3d } from './landmarks.js';
import { buildRecognizer } from './recognizer.js';

/** File names of the toy pack, those of InsightFace's `buffalo_l`, each with what builds its bytes. */
export const MODEL_FILES: Readonly<Record<string, () => Uint8Array>> = {
  'det_10g.onnx': buildDetector,
  'w600k_r50.onnx': buildRecognizer,
  '2d106det.onnx': buildLandmarks2d,
  '1k3d68.onnx': buildLandmarks3d,
  'genderage.onnx': buildGenderAge,
};

/**
 * Writes the toy model pack: five ONNX files with the real models' names, inputs and outputs. The same
 * version of this package always writes the same bytes. The models find drawn faces only and say nothing
 * about real ones.
 *
 * @param dir Folder to write to; made where it is missing.
 * @returns The paths written.
 */
export async function buildModelPack(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const paths: string[] = [];
  for (const [name, build] of Object.entries(MODEL_FILES)) {
    const path = join(dir, name);
    await writeFile(path, build());
    paths.push(path);
  }
  return paths;
}
