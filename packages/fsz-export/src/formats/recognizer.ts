import type { CacheView } from '@face-sets/cache-npz';
import { ForeignEmbeddingsError } from '../fsz/fsz-errors.js';

/** A recognition model, by the file that the embeddings come from. */
export interface Recognizer {
  /** File name without `.onnx`. */
  name: string;
  /** Of the file, lower-case hex. */
  sha256: string;
  /** Length of an embedding. */
  dim: number;
  /** The model pack that it is part of. */
  pack: string;
}

/**
 * The model whose embeddings inswapper was trained with. Embeddings of other models have the same length, but mean a
 * different face to it.
 */
export const INSWAPPER_RECOGNIZER: Recognizer = {
  name: 'w600k_r50',
  sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
  dim: 512,
  pack: 'buffalo_l',
};

/**
 * Refuses formats whose tools expect embeddings of another model than the cache's.
 *
 * @throws {ForeignEmbeddingsError}
 */
export function requireRecognizer(
  cache: CacheView,
  formats: readonly { name: string; needs?: { recognizer?: Recognizer } }[],
): void {
  const model = cache.meta?.models.recognition;
  const foreign = formats.filter(({ needs }) => {
    const wanted = needs?.recognizer;
    return wanted && !(model?.sha256 === wanted.sha256 && cache.dim === wanted.dim);
  });
  const [wanted] = foreign.flatMap(({ needs }) => needs?.recognizer ?? []);
  if (!wanted) return;
  const names = foreign.filter(({ needs }) => needs?.recognizer === wanted).map(({ name }) => name);
  const found = model ? `${model.name} (sha256 ${model.sha256}, ${cache.dim} numbers)` : 'an unknown model';
  throw new ForeignEmbeddingsError(
    `format ${names.join(', ')}: expected embeddings of ${wanted.name}.onnx (sha256 ${wanted.sha256}), found those of ${found}: the tools would see a different face in them; embed with ${wanted.pack}, or leave out the format`,
  );
}
