export { bestCopy, type Copy, type CopyFile, isAsLarge, whyNotBest } from './copies/best-copy.js';
export { faceTraits, sharpnessOf, TYPICAL_VARIANCE } from './copies/copy-evidence.js';
export { type CopyTraits, copyTraits } from './copies/copy-traits.js';
export {
  type GrayRegion,
  grayThumbnail,
  mirroredThumbnail,
  partOfThumbnail,
  thumbnailCorrelation,
  thumbnailVariance,
} from './copies/gray-thumbnail.js';
export {
  hashDistance,
  hashOfThumbnail,
  type PerceptualHash,
  perceptualHash,
} from './copies/perceptual-hash.js';
export type { GenderAge } from './gender-age.js';
export { checkNumbers, described, InvalidArgumentError } from './invalid-argument.js';
export { measuredText } from './measured-text.js';
export { type Normalization, normalizationTable, writeChannelPlanes } from './picture/channel-planes.js';
export {
  type Box,
  boxInCrop,
  boxInPhoto,
  type CropRegion,
  cropRegion,
  regionAvoiding,
  shareInside,
} from './picture/crop-region.js';
export type { Detection } from './picture/detection.js';
export { type GrayImage, luma, toGray } from './picture/gray.js';
export { iou } from './picture/iou.js';
export { laplacianVariance } from './picture/laplacian.js';
export {
  type Bbox,
  bboxRect,
  checkImage,
  type PixelRect,
  type RgbImage,
  shortEdge,
} from './picture/rgb-image.js';
export { bboxBlur } from './scores/bbox-blur.js';
export {
  compositeScore,
  DEFAULT_WEIGHTS,
  type QualityParts,
  type QualityWeights,
} from './scores/composite.js';
export { faceSizeScore } from './scores/face-size.js';
export { frontality } from './scores/frontality.js';
export {
  DEFAULT_GATES,
  type GatedFace,
  type GateFailure,
  gateFace,
  gateFailures,
  type QualityGates,
} from './scores/gate.js';
export { type FaceLandmarks, landmarkSymmetry } from './scores/landmark-symmetry.js';
export { sharpnessScore } from './scores/sharpness.js';
