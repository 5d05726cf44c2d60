import { driftingIdentity } from '@face-sets/testing';
import type { FaceMatrix } from '../../src/index.js';

/** One person from 2005 to 2024, with strangers among the faces. */
export const identity = driftingIdentity(7);
export const matrix: FaceMatrix = {
  data: identity.embedding,
  rows: identity.faces.length,
  cols: identity.dim,
};
export const years = identity.faces.map(({ year }) => year);
/** Rows of the person. */
export const own = identity.faces.flatMap(({ era }, row) => (era >= 0 ? [row] : []));
/** The curated faceset knows the person in one era only. */
export const seed = own
  .filter((row) => identity.faces[row].era === 2 && identity.faces[row].kind === 'usual')
  .slice(0, 40);
