export { buildDetector, type DetectorOptions } from './detector.js';
export { drawLibrary, type ToyFace, type ToyLibrary, type ToyPhoto } from './draw-library.js';
export { buildGenderAge } from './gender-age.js';
export type { InputForm } from './input-scaling.js';
export { buildLandmarks2d, buildLandmarks3d } from './landmarks.js';
export type { LibraryOptions } from './library-plan.js';
export { buildModelPack, MODEL_FILES } from './model-pack.js';
export { buildRecognizer, type RecognizerOptions } from './recognizer.js';
