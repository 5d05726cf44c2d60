export { type AgglomerativeOptions, agglomerative, type Linkage } from './agglomerative.js';
export { centroidDistances, centroidOf, clusterCentroids, cosineDistance } from './centroids.js';
export { jsSimilarity } from './js-similarity.js';
export { membersOf, relabel } from './labels.js';
export { type FaceMatrix, hasDirection, normalizeRows, rowOf } from './matrix.js';
export { type MergeCentroidsOptions, mergeCentroids } from './merge-centroids.js';
export { type OutlierOptions, type Outliers, rejectOutliers } from './outliers.js';
export { type FaceOutcome, type Faceset, type Refined, type RefineOptions, refine } from './refine.js';
export type { PairChunk, SimilarityBackend } from './similarity.js';
