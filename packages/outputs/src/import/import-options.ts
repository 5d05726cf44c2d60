import { DEFAULT_IDENTITY_OPTIONS, DEFAULT_REFINE_OPTIONS } from '@face-sets/cluster';
import { DEFAULT_GATES, type QualityGates } from '@face-sets/quality';

/** Options of `planImport`. */
export interface PlanImportOptions extends Partial<QualityGates> {
  /** See `buildIdentity`; default `[0.55, 0.45]`. */
  identityThresholds?: readonly number[];
  /** See `buildIdentity`; default 0.5. */
  minShare?: number;
  /** Largest cosine distance of a face in a mixed folder to its person; default 0.45. */
  mixedThreshold?: number;
  /** How much farther everyone else must be from that face; see `assignWithMargin`. Default 0.05. */
  mixedMargin?: number;
  /** Report two people whose centroids are closer than this as possibly the same; default 0.40. */
  samePersonThreshold?: number;
}

/** The options with their defaults. */
export function resolveImportOptions(options: PlanImportOptions = {}): Required<PlanImportOptions> {
  const {
    identityThresholds = DEFAULT_IDENTITY_OPTIONS.thresholds,
    minShare = DEFAULT_IDENTITY_OPTIONS.minShare,
    mixedThreshold = 0.45,
    mixedMargin = 0.05,
    samePersonThreshold = DEFAULT_REFINE_OPTIONS.mergeThreshold,
    minShort = DEFAULT_GATES.minShort,
    minBlur = DEFAULT_GATES.minBlur,
    minDetScore = DEFAULT_GATES.minDetScore,
  } = options;
  const gates = { minShort, minBlur, minDetScore };
  return { identityThresholds, minShare, mixedThreshold, mixedMargin, samePersonThreshold, ...gates };
}
