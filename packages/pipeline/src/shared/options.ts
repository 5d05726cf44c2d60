import { DEFAULT_PACK } from '@face-sets/face-embed';

/** Which models are used, and how. */
export interface ModelOptions {
  /** Folder of `.onnx` files. Default: FACE_SETS_MODELS, `~/.insightface`, user cache. */
  models?: string;
  /** Model pack. @default 'buffalo_l' */
  pack?: string;
  /** Processor threads for each model call. Default: as measured to be best. */
  threads?: number;
  /** Where the models run: `cpu`, `cuda`, `dml`, `coreml`, `webgpu` or `auto`. @default 'cpu' */
  provider?: string;
  /** Download the pack if it is not on this machine. @default true */
  download?: boolean;
}

/** Defaults of {@link ModelOptions}. */
export const MODEL_DEFAULTS = { pack: DEFAULT_PACK, provider: 'cpu' } as const;

/** Minimum quality of a face. */
export interface GateOptions {
  /** Shorter side of the face box, pixels. @default 90 */
  minShort?: number;
  /** Variance of the Laplacian in the box; lower is blurrier. @default 40 */
  minBlur?: number;
  /** Detector score, 0 to 1. @default 0.6 */
  minDetScore?: number;
}
