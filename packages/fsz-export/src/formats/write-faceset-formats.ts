import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CacheView, embeddingOf, faceBbox } from '@face-sets/cache-npz';
import type { SwapExported, SwapFacesetManifest } from '@face-sets/manifests';
import { readPhoto } from '../crops/read-photo.js';
import type { BuildContext, ExportedFace } from '../selection/build-context.js';
import { meanEmbedding } from '../selection/drift.js';
import type { ExportCache } from '../selection/plan-faceset.js';
import { type GenderAge, reactorModel } from './reactor-model.js';
import { LORA_FOLDER, writeLora } from './write-lora.js';

/** The ranked image folder, in the faceset's folder. */
const IMAGES_FOLDER = 'images';
/** Folders that the formats make in that of a faceset. */
export const FORMAT_FOLDERS: readonly string[] = [IMAGES_FOLDER, LORA_FOLDER];

/**
 * Ranks of the faces that the formats other than `fsz` are made of: those of the largest small bundle, which is
 * the best choice at hand.
 */
export function formatRanks({ selections }: SwapFacesetManifest['drift']): number[] {
  return (selections.at(-2) ?? selections.at(-1))?.ranks ?? [];
}

/** The embedding that stands for a person: the mean of the raw ones of these faces in their photos. */
export function personEmbedding(cache: ExportCache, rows: readonly number[]): Float32Array {
  return meanEmbedding(rows.map((row) => embeddingOf(cache, row)));
}

/** Writes what the formats want in the folder of the faceset. */
export async function writeFacesetFormats(
  folder: string,
  id: string,
  faces: readonly ExportedFace[],
  drift: SwapFacesetManifest['drift'],
  context: BuildContext,
): Promise<SwapExported[]> {
  const { options, cache, finder } = context;
  const ranks = formatRanks(drift);
  const rows = ranks.map((rank) => faces[rank].planned.ref.row);
  const exports: SwapExported[] = [];
  if (options.formats.includes('safetensors')) {
    const file = `${id}.safetensors`;
    const genderAge = await genderAgeOf(rows[0], context);
    await writeFile(join(folder, file), reactorFile(rows, genderAge, cache), { mode: 0o600 });
    exports.push({ format: 'safetensors', files: [file], ranks, gender_age: genderAge });
  }
  if (options.formats.includes('images')) {
    await mkdir(join(folder, IMAGES_FOLDER), { mode: 0o700 });
    const files: string[] = [];
    for (const [i, rank] of ranks.entries()) {
      const file = `${IMAGES_FOLDER}/${String(i).padStart(4, '0')}.png`;
      await copyFile(join(folder, faces[rank].file), join(folder, file), constants.COPYFILE_FICLONE);
      files.push(file);
    }
    exports.push({ format: 'images', files, ranks });
  }
  if (options.formats.includes('lora')) {
    const wanted = ranks.map((rank) => {
      const { row } = faces[rank].planned.ref;
      return {
        rank,
        bbox: faceBbox(cache, row),
        embedding: embeddingOf(cache, row),
        pose: rowOf(cache.pose, row, 3),
        read: () => readPhoto(cache.images[cache.imageIndex[row]], finder),
      };
    });
    const { files, images, skipped } = await writeLora(folder, wanted, finder, {
      triggerWord: options.triggerWord,
      maxCropDistance: options.maxCropDistance,
      concurrency: options.concurrency,
      signal: context.signal,
    });
    exports.push({ format: 'lora', files, ranks: images.map(({ rank }) => rank), images, skipped });
  }
  return exports;
}

/** Gender and age of a face in its photo; null where the finder does not tell or the photo is gone. */
async function genderAgeOf(row: number, { cache, finder }: BuildContext): Promise<GenderAge | null> {
  if (!finder.genderAge) return null;
  const photo = await readPhoto(cache.images[cache.imageIndex[row]], finder);
  return 'data' in photo ? finder.genderAge(photo, faceBbox(cache, row)) : null;
}

function reactorFile(rows: readonly number[], genderAge: GenderAge | null, cache: ExportCache): Uint8Array {
  const [best] = rows;
  return reactorModel({
    bbox: faceBbox(cache, best),
    kps: rowOf(cache.kps, best, 10),
    detScore: cache.detScore[best],
    landmark3d68: rowOf(cache.landmark3d68, best, 204),
    pose: rowOf(cache.pose, best, 3),
    landmark2d106: rowOf(cache.landmark2d106, best, 212),
    embedding: personEmbedding(cache, rows),
    genderAge,
  });
}

function rowOf(values: CacheView['pose'], row: number, length: number): Float32Array | undefined {
  return values?.subarray(row * length, (row + 1) * length);
}
