/** Defaults of `RefineOptions`. */
export const DEFAULT_REFINE_OPTIONS: Readonly<
  Record<'initialThreshold' | 'mergeThreshold' | 'outlierThreshold' | 'outlierMinSize' | 'minFaces', number>
> = {
  initialThreshold: 0.55,
  mergeThreshold: 0.4,
  outlierThreshold: 0.55,
  outlierMinSize: 4,
  minFaces: 15,
};
