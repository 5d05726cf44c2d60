export { duplicatePairs } from './duplicate-pairs.js';
export { type DuplicateDecoder, type FindDuplicatesInput, findDuplicates } from './find-duplicates.js';
