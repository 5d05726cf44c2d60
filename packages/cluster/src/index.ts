export { type AgglomerativeOptions, agglomerative } from './agglomerative.js';
export { type Assignment, assignToCentroids } from './assign.js';
export { type AssignPeopleOptions, assignToPeople, type PeopleAssignment } from './assign-people.js';
export {
  buildIdentity,
  type Identity,
  type IdentityOptions,
  type IdentityOutcome,
  type OtherPerson,
} from './build-identity.js';
export {
  type Calibration,
  type CalibrationOptions,
  type CalibrationPairs,
  type CalibrationPoint,
  calibrateThreshold,
} from './calibrate.js';
export { calibrateLibrary, type LibraryCalibration } from './calibrate-library.js';
export {
  type CalibrationPairOptions,
  calibrationPairs,
  type FacePair,
  type LibraryFaces,
  type LibraryPairs,
} from './calibration-pairs.js';
export { centroidDistances, centroidOf, clusterCentroids, cosineDistance } from './centroids.js';
export { type Churn, churn, isStable } from './churn.js';
export type { FaceConstraints, RowPair } from './constraints.js';
export type { EraYears, FaceYears } from './era-years.js';
export {
  type Evaluation,
  evaluateClusters,
  type MergedCluster,
  type PrecisionRecall,
  type SplitPerson,
} from './evaluate.js';
export { type ExtendOptions, type Extension, extendClusters } from './extend-clusters.js';
export { type ErasExtended, extendEras, type KnownEras } from './extend-eras.js';
export { type HdbscanOptions, hdbscan, MAX_HDBSCAN_ROWS } from './hdbscan.js';
export { InvalidArgumentError } from './invalid-argument.js';
export { jsSimilarity } from './js-similarity.js';
export { membersOf, relabel, withSingletons } from './labels.js';
export type { Linkage } from './linkage.js';
export { type LinkageMatrixOptions, linkageMatrix } from './linkage-matrix.js';
export { type FaceMatrix, hasDirection, normalizeRows, rowOf, takeRows } from './matrix.js';
export { type MergeCentroidsOptions, mergeCentroids } from './merge-centroids.js';
export { type NearPair, nearPairs } from './near-pairs.js';
export {
  type OutlierOptions,
  type Outliers,
  type RobustCentroid,
  rejectOutliers,
  robustCentroid,
} from './outliers.js';
export type { AloneReason, JoinLimits, JoinTarget, Placement } from './place-fragment.js';
export type { Metric } from './points.js';
export {
  type DistanceHistogram,
  distanceHistogram,
  type ErasProbe,
  type EraVerdict,
  type ProbedThreshold,
  type ProbeErasOptions,
  probeEras,
  type SubCluster,
} from './probe-eras.js';
export { type PrototypeOptions, type Prototypes, personPrototypes } from './prototypes.js';
export { quickestSimilarity } from './quickest-similarity.js';
export { type FaceOutcome, type Faceset, type Refined, type RefineOptions, refine } from './refine.js';
export { type RouteOptions, type RouteOutcome, routeFaces } from './route-faces.js';
export type { PairChunk, SimilarityBackend } from './similarity.js';
export {
  DEFAULT_ERA_OPTIONS,
  type Era,
  type EraFaces,
  type EraOutcome,
  type EraSplit,
  type Fragment,
  type SplitErasOptions,
  splitEras,
} from './split-eras.js';
export { type RefineSweepOptions, refineSweep, type SweepOptions, thresholdSweep } from './sweep.js';
export { type WasmSimilarityOptions, wasmSimilarity } from './wasm-similarity.js';
export { type YearAlignment, type YearAlignmentOptions, yearAlignment } from './year-alignment.js';
