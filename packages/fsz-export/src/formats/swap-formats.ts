import type { CacheView } from '@face-sets/cache-npz';
import { ForeignEmbeddingsError } from '../fsz/fsz-errors.js';

/**
 * What `exportSwap` can write:
 * - `fsz`: bundles for roop-unleashed and its relatives;
 * - `safetensors`: a ReActor face model;
 * - `visomaster`: VisoMaster's embeddings JSON, all people in one file;
 * - `rope`: Rope's `merged_embeddings.txt`, all people in one file;
 * - `images`: a folder of the selected crops, best first (FaceFusion, IP-Adapter);
 * - `lora`: a training folder of wider crops with captions.
 */
export type SwapFormat = 'fsz' | 'safetensors' | 'visomaster' | 'rope' | 'images' | 'lora';

/** All formats, for option parsers. */
export const SWAP_FORMATS: readonly SwapFormat[] = [
  'fsz',
  'safetensors',
  'visomaster',
  'rope',
  'images',
  'lora',
];

/** Formats of one file for all people, at the root of the output, and the file's name. */
export const EMBEDDING_FILES = {
  visomaster: 'visomaster_embeddings.json',
  rope: 'merged_embeddings.txt',
} as const;

/**
 * The recognizer whose embeddings inswapper takes; those of another, of the same length, give another face. The default
 * thresholds are made for it too.
 */
export const INSWAPPER_RECOGNIZER = {
  name: 'w600k_r50',
  sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
  dim: 512,
};
const TIED: readonly SwapFormat[] = ['safetensors', 'visomaster', 'rope'];

/**
 * Refuses formats that carry embeddings where those of the cache are not of the model that the tools expect.
 *
 * @throws ForeignEmbeddingsError
 */
export function requireSwapperSpace(cache: CacheView, formats: readonly SwapFormat[]): void {
  const tied = formats.filter((format) => TIED.includes(format));
  const model = cache.meta?.models.recognition;
  if (
    tied.length === 0 ||
    (model?.sha256 === INSWAPPER_RECOGNIZER.sha256 && cache.dim === INSWAPPER_RECOGNIZER.dim)
  )
    return;
  const found = model ? `${model.name} (sha256 ${model.sha256}, ${cache.dim} numbers)` : 'an unknown model';
  throw new ForeignEmbeddingsError(
    `format ${tied.join(', ')}: expected embeddings of ${INSWAPPER_RECOGNIZER.name}.onnx (sha256 ${INSWAPPER_RECOGNIZER.sha256}), found those of ${found}: the tools would read another face from them; embed with buffalo_l or leave the format out`,
  );
}
