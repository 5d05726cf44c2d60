export { bboxBlur } from './bbox-blur.js';
export { compositeScore, DEFAULT_WEIGHTS, type QualityParts, type QualityWeights } from './composite.js';
export { type CopyTraits, copyTraits } from './copy-traits.js';
export { type Exposure, faceExposure } from './exposure.js';
export { faceSizeScore } from './face-size.js';
export { frontality } from './frontality.js';
export {
  DEFAULT_GATES,
  type GatedFace,
  type GateFailure,
  gateFace,
  gateFailures,
  type QualityGates,
} from './gate.js';
export { type GrayImage, toGray } from './gray.js';
export { checkNumbers, described, InvalidArgumentError } from './invalid-argument.js';
export { type FaceLandmarks, landmarkSymmetry } from './landmark-symmetry.js';
export { laplacianVariance } from './laplacian.js';
export { measuredText } from './measured-text.js';
export { normalizedSharpness } from './normalized-sharpness.js';
export { occlusionHint } from './occlusion.js';
export { type Bbox, bboxRect, checkImage, type PixelRect, type RgbImage, shortEdge } from './rgb-image.js';
export { sharpnessScore } from './sharpness.js';
