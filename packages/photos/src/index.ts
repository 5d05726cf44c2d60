export { availableProcessors } from './available-processors.js';
export { type CaptureDate, captureDate, firstPossible } from './dates/capture-date.js';
export { CaptureDatesError, CaptureDatesFile, captureDatesPath } from './dates/capture-dates-file.js';
export { type DateLimits, possibleDate } from './dates/judge-date.js';
export { ChangedPhotoError } from './dates/metadata-blocks.js';
export { parseDate, type WrittenDate } from './dates/parse-date.js';
export { yearInPath } from './dates/path-year.js';
export { type DateSource, type RecordedDate, recordedDates } from './dates/recorded-dates.js';
export { copyFileOf } from './decoding/copy-file.js';
export { type DecodedImage, type DecodeImageOptions, decodeImage } from './decoding/decode-image.js';
export { ImageDecodeError } from './decoding/image-decode-error.js';
export { RAW_EXTENSIONS } from './decoding/raw-preview.js';
export { rotateImage, unrotateRegion } from './decoding/rotate-image.js';
export type { Rotation } from './decoding/rotation.js';
export {
  isPhotoName,
  type ListedPhoto,
  type ListPhotosOptions,
  type ListProblem,
  listPhotos,
  PHOTO_EXTENSIONS,
  requireSources,
  SourceError,
} from './listing/list-photos.js';
export { inShard, parseShard, type Shard } from './listing/shard.js';
export { type SideFileKind, sideFileKind, sideFileKindBelow } from './listing/side-files.js';
export { loadSharp, type SharpModule } from './load-sharp.js';
export { onceAsync } from './once-async.js';
export type { PhotoFailure } from './photo-failure.js';
