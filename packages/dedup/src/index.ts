export { duplicatePairs } from './duplicate-pairs.js';
export { findDuplicates } from './find-duplicates.js';
export type { DuplicateDecoder, FindDuplicatesInput } from './find-duplicates-input.js';
