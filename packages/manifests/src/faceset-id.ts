import { z } from 'zod';

const FACESET = /^faceset_\d{3,}$/;
const FACESET_OR_ERA = /^faceset_\d{3,}(_era_\d{2,})?$/;

/** `faceset_001`: a person. */
export const facesetId = z.string().regex(FACESET, 'expected faceset_NNN');
/** `faceset_001`, or `faceset_001_era_01`: one age of a person. */
export const facesetOrEraId = z.string().regex(FACESET_OR_ERA, 'expected faceset_NNN or faceset_NNN_era_NN');

/** Whether a text is the id of a faceset or of an era: as a name it says nothing. */
export function isFacesetId(text: string): boolean {
  return FACESET_OR_ERA.test(text);
}

/** `faceset_001` for 1. */
export function facesetIdOf(number: number): string {
  return `faceset_${String(number).padStart(3, '0')}`;
}

/** `faceset_001_era_02` for `faceset_001` and 2. */
export function eraIdOf(facesetId: string, era: number): string {
  return `${facesetId}_era_${String(era).padStart(2, '0')}`;
}

/** The number of a faceset, of an era that of its faceset: 1 for `faceset_001_era_02`; 0 for another text. */
export function facesetNumber(id: string): number {
  return Number(/^faceset_(\d+)/.exec(id)?.[1] ?? 0);
}

/** The number of an era among those of its faceset: 2 for `faceset_001_era_02`; 0 for a faceset. */
export function eraNumber(id: string): number {
  return Number(/_era_(\d+)$/.exec(id)?.[1] ?? 0);
}

/** Orders ids by number, eras after their faceset. */
export function compareFacesetIds(a: string, b: string): number {
  return facesetNumber(a) - facesetNumber(b) || eraNumber(a) - eraNumber(b);
}
