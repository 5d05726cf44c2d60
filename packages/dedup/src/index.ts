export { duplicatePairs } from './duplicate-pairs.js';
export { DEDUP_THRESHOLD, findDuplicates } from './find-duplicates.js';
export type { DuplicateDecoder, FindDuplicatesInput } from './find-duplicates-input.js';
