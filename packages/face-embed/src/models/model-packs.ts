import { antelopev2 } from './packs/antelopev2.js';
import { buffaloL } from './packs/buffalo-l.js';
import { buffaloM } from './packs/buffalo-m.js';
import { buffaloS } from './packs/buffalo-s.js';
import { buffaloSc } from './packs/buffalo-sc.js';
import type { ModelPack } from './packs/model-pack.js';

/** The pack that is used when none is named. */
export const DEFAULT_PACK = buffaloL.name;

/**
 * The packs known by name, in the order in which they are listed. To add one, write its file and put it here: the list of
 * models, downloads, and the warning about thresholds read this list.
 */
export const MODEL_PACKS: readonly ModelPack[] = [buffaloL, buffaloM, buffaloS, buffaloSc, antelopev2];

/** A pack by its name. */
export function findPack(name: string): ModelPack | undefined {
  return MODEL_PACKS.find((pack) => pack.name === name);
}

/** A recognition model whose embeddings the default distance thresholds are calibrated for. */
export interface CalibratedRecognizer {
  /** File name without `.onnx`. */
  name: string;
  /** Of the file, lower-case hex. */
  sha256: string;
  /** Name of the pack that it is part of. */
  pack: string;
}

/** The recognition models that the default distance thresholds are calibrated for. */
export function calibratedRecognizers(): CalibratedRecognizer[] {
  return MODEL_PACKS.filter(({ calibrated }) => calibrated).flatMap(({ name: pack, files = [] }) =>
    files
      .filter(({ role }) => role === 'recognition')
      .map(({ name, sha256 }) => ({ name: name.replace(/\.onnx$/, ''), sha256, pack })),
  );
}
