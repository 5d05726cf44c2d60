import type { ModelRole } from '../model-router.js';

/** One model file of a pack. */
export interface PackFile {
  name: string;
  role: ModelRole;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
}

/** A set of models that is published as one zip. */
export interface ModelPack {
  name: string;
  /** Where the zip is published. */
  url: string;
  /** What the user must be told before it is downloaded. */
  license: string;
  /** Bytes of the zip, where known. */
  size?: number;
  /** Of the zip, lower-case hex, where known. */
  sha256?: string;
  /** Roles that the pack has a model for. */
  roles: readonly ModelRole[];
  /** Its files, where known. */
  files?: readonly PackFile[];
  /**
   * The default distance thresholds are calibrated for embeddings of its recognition model. It must list its
   * {@link files}. With a pack that does not say so, commands warn about thresholds that were left at their default.
   */
  calibrated?: true;
}
