export { type HdbscanOptions, hdbscan, MAX_HDBSCAN_ROWS } from './density/hdbscan.js';
export type { EraYears, FaceYears } from './eras/era-years.js';
export { type ErasExtended, extendEras, type KnownEras } from './eras/extend-eras.js';
export type { JoinLimits, JoinTarget, Placement, UnmatchedReason } from './eras/place-fragment.js';
export {
  DEFAULT_PROBE_OPTIONS,
  type DistanceHistogram,
  distanceHistogram,
  type ErasProbe,
  type EraVerdict,
  type ProbedThreshold,
  type ProbeErasOptions,
  probeEras,
  type SubCluster,
} from './eras/probe-eras.js';
export {
  DEFAULT_ERA_OPTIONS,
  type Era,
  type EraFaces,
  type EraOutcome,
  type EraSplit,
  type Fragment,
  type SplitErasOptions,
  splitEras,
} from './eras/split-eras.js';
export { type YearAlignment, type YearAlignmentOptions, yearAlignment } from './eras/year-alignment.js';
export {
  type Calibration,
  type CalibrationOptions,
  type CalibrationPairs,
  type CalibrationPoint,
  calibrateThreshold,
} from './evaluation/calibrate.js';
export { calibrateLibrary, type LibraryCalibration } from './evaluation/calibrate-library.js';
export {
  type CalibrationPairOptions,
  calibrationPairs,
  type FacePair,
  LEAST_SAME_PAIRS,
  type LibraryFaces,
  type LibraryPairs,
} from './evaluation/calibration-pairs.js';
export { diffLabels, isStable, type LabelDiff } from './evaluation/diff-labels.js';
export {
  type Evaluation,
  evaluateClusters,
  type MergedCluster,
  type PrecisionRecall,
  type SplitPerson,
} from './evaluation/evaluate.js';
export {
  type SweepOptions,
  thresholdSweep,
} from './evaluation/sweep.js';
export { InvalidArgumentError } from './invalid-argument.js';
export { type AgglomerativeOptions, agglomerative } from './linkage/agglomerative.js';
export type { FaceConstraints, RowPair } from './linkage/constraints.js';
export { DEFAULT_LINKAGE, type Linkage } from './linkage/linkage.js';
export { type LinkageMatrixOptions, linkageMatrix } from './linkage/linkage-matrix.js';
export type { Metric } from './linkage/points.js';
export { type Assignment, assignToCentroids } from './people/assign.js';
export { type AssignPeopleOptions, assignToPeople, type PeopleAssignment } from './people/assign-people.js';
export {
  type AssignWithMarginOptions,
  assignWithMargin,
  type MarginOutcome,
} from './people/assign-with-margin.js';
export {
  buildIdentity,
  DEFAULT_IDENTITY_OPTIONS,
  type Identity,
  type IdentityOptions,
  type IdentityOutcome,
  type OtherPerson,
} from './people/build-identity.js';
export { type ClusterPeopleOptions, clusterPeople } from './people/cluster-people.js';
export { type ExtendOptions, type Extension, extendClusters } from './people/extend-clusters.js';
export { type MergeCentroidsOptions, mergeCentroids } from './people/merge-centroids.js';
export { type OutlierOptions, type Outliers, rejectOutliers } from './people/outliers.js';
export { type PrototypeOptions, type Prototypes, personPrototypes } from './people/prototypes.js';
export { type FaceOutcome, type Faceset, type Refined, type RefineOptions, refine } from './people/refine.js';
export { DEFAULT_REFINE_OPTIONS } from './people/refine-defaults.js';
export { type RobustCentroid, robustCentroid } from './people/robust-centroid.js';
export { fastestSimilarity } from './similarity/fastest-similarity.js';
export { jsSimilarity } from './similarity/js-similarity.js';
export { type NearPair, nearPairs } from './similarity/near-pairs.js';
export type { PairChunk, SimilarityBackend } from './similarity/similarity.js';
export { type WasmSimilarityOptions, wasmSimilarity } from './similarity/wasm-similarity.js';
export { centroidDistances, centroidOf, clusterCentroids } from './vectors/centroids.js';
export { cosineDistance, distancesTo } from './vectors/cosine-distance.js';
export { dot, dotOfSum, dotOfSums } from './vectors/dot.js';
export { membersOf, relabel, withSingletons } from './vectors/labels.js';
export {
  type FaceMatrix,
  hasDirection,
  matrixFrom,
  normalizeRows,
  rowOf,
  takeRows,
} from './vectors/matrix.js';
