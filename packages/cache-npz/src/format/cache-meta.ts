import { CacheFormatError, CacheModelMismatchError } from '../errors.js';

/** A model file by name and content. */
export interface ModelIdentity {
  /** File name, such as `det_10g.onnx`. */
  name: string;
  /** SHA-256 of the file in hexadecimal. */
  sha256: string;
}

/** The models whose results a cache holds. */
export interface CacheModels {
  /** Face detector. */
  detection: ModelIdentity;
  /** Face embedder. */
  recognition: ModelIdentity;
  /** 106-point landmark model; set once faces were enriched with it. */
  landmark_2d_106?: ModelIdentity;
  /** 68-point 3D landmark model, from which pose comes; set once faces were enriched with it. */
  landmark_3d_68?: ModelIdentity;
}

/** How faces were searched for. */
export interface DetectionSettings {
  /** Side lengths in pixels of the square detector inputs, for example `[128, 640]`. */
  sizes: number[];
  /** Least `det_score` of a face. */
  threshold: number;
  /** IoU above which two detections are one face. */
  nms: number;
}

/** `meta.json`: what the cache was made with. */
export interface CacheMeta {
  /** Version of the format. */
  schema: 1;
  /** Models by role. */
  models: CacheModels;
  /** Length D of an embedding. */
  embedding_dim: number;
  /** Detection settings. */
  detection: DetectionSettings;
  /** Program and version that wrote last, such as `face-sets 0.1.0`. */
  tool: string;
  /**
   * Images + faces + enriched faces: grows with everything that is added, and equal content has an equal number
   * however many sessions it took.
   */
  generation: number;
}

/** `meta.json` as it lies in the file: also says which rows were enriched. */
export interface StoredMeta extends CacheMeta {
  /** Ranges `[first, end)` of faces that were enriched, in order; absent where none was. */
  enriched_rows?: [number, number][];
}

/** The schema this version reads and writes. */
export const SCHEMA = 1;

const OPTIONAL_ROLES = ['landmark_2d_106', 'landmark_3d_68'] as const;

/**
 * Reads and checks `meta.json`.
 *
 * @param text JSON
 * @param where the file it is from, for messages
 * @throws CacheFormatError when it is another schema or a field is missing or of the wrong type
 */
export function parseMeta(text: string, where: string): StoredMeta {
  let meta: StoredMeta;
  try {
    meta = JSON.parse(text);
  } catch {
    throw new CacheFormatError(`${where}: meta.json is not JSON`);
  }
  const fail = (what: string): never => {
    throw new CacheFormatError(`${where}: meta.json ${what}`);
  };
  if (typeof meta !== 'object' || meta === null) return fail('is not an object');
  if (meta.schema !== SCHEMA) {
    return fail(`has schema ${JSON.stringify(meta.schema)}, this version reads ${SCHEMA}; update face-sets`);
  }
  const wrong = wrongSetting(meta.models, meta.detection, meta.embedding_dim);
  if (wrong !== null) fail(`is damaged: ${wrong}`);
  if (typeof meta.tool !== 'string') fail('is damaged: tool must be a string');
  if (!Number.isSafeInteger(meta.generation)) fail('is damaged: generation must be a whole number');
  const rows = meta.enriched_rows ?? [];
  let end = 0;
  for (const range of Array.isArray(rows) ? rows : fail('is damaged: enriched_rows must be a list')) {
    const valid = Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger);
    if (!valid || range[0] < end || range[1] <= range[0])
      fail('is damaged: enriched_rows must be ranges in order');
    end = range[1];
  }
  return meta;
}

/** Says which setting is missing or of the wrong type, or `null` when all are right. */
export function wrongSetting(models: CacheModels, detection: DetectionSettings, dim: number): string | null {
  for (const role of ['detection', 'recognition', ...OPTIONAL_ROLES] as const) {
    const model = models?.[role];
    if (model === undefined && role.startsWith('landmark')) continue;
    if (typeof model?.name !== 'string' || typeof model.sha256 !== 'string') {
      return `models.${role} must have a name and a sha256`;
    }
  }
  const numbers = [detection?.threshold, detection?.nms];
  if (!Array.isArray(detection?.sizes) || ![...detection.sizes, ...numbers].every(Number.isFinite)) {
    return 'detection must have sizes, threshold and nms in numbers';
  }
  if (!Number.isSafeInteger(dim) || dim < 1) return 'embedding_dim must be a whole number of at least 1';
  return null;
}

/** What {@link assertSameModels} compares; what is left out is not compared. */
export interface CacheProvenance {
  /** Models by role. */
  models?: CacheModels;
  /** Detection settings. */
  detection?: DetectionSettings;
  /** Length of an embedding. */
  embeddingDim?: number;
}

/**
 * Checks that a cache was made with what a caller is about to add to it with.
 *
 * @param where the cache, for messages
 * @param meta what the cache says
 * @param asked what the caller has
 * @param enriched whether any face was enriched, so that the landmark models count
 * @throws CacheModelMismatchError naming the first thing that differs
 */
export function assertSameModels(
  where: string,
  meta: CacheMeta,
  asked: CacheProvenance,
  enriched: boolean,
): void {
  const refuse = (what: string, has: string, given: string): never => {
    throw new CacheModelMismatchError(
      `${where} was made with ${what} ${has}, not ${given}: results of both must not mix; use the same, or another cache file`,
    );
  };
  const roles = enriched
    ? (['detection', 'recognition', ...OPTIONAL_ROLES] as const)
    : (['detection', 'recognition'] as const);
  for (const role of roles) {
    const has = meta.models[role];
    const given = asked.models?.[role];
    if (has !== undefined && given !== undefined && has.sha256 !== given.sha256) {
      refuse(`the ${role} model`, nameOf(has), nameOf(given));
    }
  }
  if (asked.embeddingDim !== undefined && asked.embeddingDim !== meta.embedding_dim) {
    refuse('embeddings of length', String(meta.embedding_dim), String(asked.embeddingDim));
  }
  if (asked.detection !== undefined) {
    const [has, given] = [describe(meta.detection), describe(asked.detection)];
    if (has !== given) refuse('detection', has, given);
  }
}

function nameOf(model: ModelIdentity): string {
  return `${model.name} (sha256 ${model.sha256.slice(0, 12)}…)`;
}

function describe({ sizes, threshold, nms }: DetectionSettings): string {
  return `sizes ${sizes.join('+')}, threshold ${threshold}, nms ${nms}`;
}

/** Counts in ranges: `[first, end)` for each run of ones. */
export function toRanges(flags: Uint8Array): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = flags.indexOf(1); at >= 0; ) {
    const end = flags.indexOf(0, at);
    ranges.push([at, end < 0 ? flags.length : end]);
    at = end < 0 ? -1 : flags.indexOf(1, end);
  }
  return ranges;
}
