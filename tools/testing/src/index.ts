export { adjustedRand } from './adjusted-rand.js';
export {
  CACHE_FILE,
  type DrawnCache,
  type DrawnFaceFinder,
  type DrawnFoundFace,
  type DrawnImage,
  drawnFaceFinder,
  drawPhoto,
  embeddingOfPerson,
  findDrawnFaces,
  makeCache,
  type PhotoOfTest,
} from './drawn-faces.js';
export { type DriftingFace, type DriftingIdentity, driftingIdentity } from './drifting-identity.js';
export {
  type DriftingCache,
  type DriftingPhoto,
  driftingFinder,
  driftingPhotos,
  firstFaces,
} from './drifting-photos.js';
export { fullTree } from './full-tree.js';
export { GOLDEN_SETTINGS, type GoldenPipeline, goldenAgreement, readGoldenFile } from './golden-agreement.js';
export {
  cosine,
  exceededLimits,
  type FoundFace,
  GOLDEN_LIMITS,
  type GoldenFace,
  type GoldenFigures,
  type GoldenFile,
  goldenFigures,
  iou,
} from './golden-figures.js';
export { heicFixture } from './heic-fixture.js';
export { withExifOrientation, withMirror, withoutTransforms, withTurn, withUnusedTurn } from './heif.js';
export { needsOpencv, withOpencv } from './opencv.js';
export { asOrdinaryUser } from './ordinary-user.js';
export { peopleOf } from './people-of.js';
export { bmpOf, noise, quarters } from './pictures.js';
export { pythonWith } from './python.js';
export { type ReadTensor, readSafetensors } from './read-safetensors.js';
export { promisedOutput, readmeExamples, runExample } from './readme.js';
export { seeded } from './seeded.js';
export { sharedPath } from './shared.js';
export { tempDir } from './temp.js';
export { toyLibrary } from './toy-library.js';
export { toyModels } from './toy-models.js';
export { tree } from './tree.js';
export {
  type WatchedProgram,
  type WatchProgramOptions,
  watchProgram,
  whyNotWatched,
} from './watch-program.js';
