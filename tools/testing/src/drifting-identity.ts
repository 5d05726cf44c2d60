import { seeded } from './seeded.js';

/** A face of {@link driftingIdentity}. */
export interface DriftingFace {
  /** The era whose look it has, from 0; -1 for another person. */
  era: number;
  /** Year of capture: within the era, but for a misdated one. */
  year: number;
  /**
   * `usual`: among the era's many alike faces. In groups of a few, with something in common that the usual ones have
   * not (a beard, a hat): `odd`; `misdated`, like `odd` but dated ten years off at least, as a scan is; `strange`,
   * alike to no era. `stranger`: someone else.
   */
  kind: 'usual' | 'odd' | 'misdated' | 'strange' | 'stranger';
  /** Faces of a group share a number; usual ones have -1. */
  group: number;
}

/** A generated person over 20 years. */
export interface DriftingIdentity {
  /** `faces × dim`, raw lengths between 15 and 25. */
  embedding: Float32Array;
  dim: number;
  faces: DriftingFace[];
  /** First and last year of each era. */
  eras: [number, number][];
}

/**
 * A person who drifts through five eras of four years each, 2005 to 2024: 600 faces (and 20 of strangers), 500 usual
 * ones and 20 groups of 5 others. By this process, from normal deviates:
 *
 * - the person has a direction *b*, each era a direction *u* across to it; that of an era has a cosine of 0.3 to the
 *   one before. The look of an era is *c* = √0.65·b + √0.35·u, so that the looks of neighbors are at a
 *   cosine distance of about 0.25 and those of the first and the last at 0.35;
 * - a usual face is *c* plus noise of length 0.56: two of an era are 0.24 apart, two of neighboring eras 0.43;
 * - the faces of an odd group have *c* + 0.85·w in place of *c*, *w* a direction of the group: about 0.24 from the
 *   era's centroid, 0.42 from its faces;
 * - a strange group has 0.64·m + 0.77·w, *m* the direction of the mean of all looks: 0.45 from any era's centroid;
 * - a stranger is a direction of its own.
 *
 * @param seed of everything random
 * @param options.dim length of an embedding, default 256
 * @param options.usual usual faces of each era, default 100
 */
export function driftingIdentity(
  seed = 1,
  { dim = 256, usual = 100 }: { dim?: number; usual?: number } = {},
): DriftingIdentity {
  const random = seeded(seed);
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const direction = (): number[] => {
    // across to all before it, so that distances are as described
    let vector = Array.from({ length: dim }, gaussian);
    for (const other of taken) {
      const along = dot(vector, other);
      vector = vector.map((value, k) => value - along * other[k]);
    }
    return scaled(vector, 1);
  };
  const taken: number[][] = [];
  const fresh = (): number[] => {
    const vector = direction();
    taken.push(vector);
    return vector;
  };
  const base = fresh();
  const looks: number[][] = [];
  let drift: number[] = [];
  for (let era = 0; era < 5; era++) {
    const turn = fresh();
    drift = drift.length === 0 ? turn : mixed(0.3, drift, Math.sqrt(1 - 0.09), turn);
    looks.push(mixed(Math.sqrt(0.65), base, Math.sqrt(0.35), drift));
  }
  const middle = scaled(
    base.map((_, k) => looks.reduce((sum, look) => sum + look[k], 0)),
    1,
  );

  const eras = looks.map((_, era): [number, number] => [2005 + 4 * era, 2008 + 4 * era]);
  const yearIn = (era: number) => eras[era][0] + Math.floor(4 * random());
  const faces: DriftingFace[] = [];
  const vectors: number[][] = [];
  const add = (face: DriftingFace, look: number[]) => {
    faces.push(face);
    const noise = scaled(Array.from({ length: dim }, gaussian), 0.56);
    vectors.push(scaled(mixed(1, look, 1, noise), 15 + 10 * random()));
  };
  for (let era = 0; era < 5; era++) {
    for (let i = 0; i < usual; i++) add({ era, year: yearIn(era), kind: 'usual', group: -1 }, looks[era]);
  }
  for (let group = 0; group < 20; group++) {
    const era = group % 5;
    const kind = group < 10 ? 'odd' : group < 15 ? 'misdated' : 'strange';
    const own = direction();
    const look =
      kind === 'strange' ? mixed(0.64, middle, 0.77, own) : scaled(mixed(1, looks[era], 0.85, own), 1);
    // to an era two before or behind, on the side where there is one
    const dated = kind === 'misdated' ? (era + (era < 2 ? 3 : -2) + 5) % 5 : era;
    const year = kind === 'misdated' ? (dated > era ? eras[dated][1] : eras[dated][0]) : yearIn(era);
    for (let i = 0; i < 5; i++) add({ era, year, kind, group }, look);
  }
  for (let i = 0; i < 20; i++) {
    add({ era: -1, year: 2005 + i, kind: 'stranger', group: -1 }, direction());
  }
  return { embedding: Float32Array.from(vectors.flat()), dim, faces, eras };
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}

function scaled(vector: number[], length: number): number[] {
  const factor = length / Math.sqrt(dot(vector, vector));
  return vector.map((value) => value * factor);
}

function mixed(a: number, u: number[], b: number, v: number[]): number[] {
  return u.map((value, k) => a * value + b * v[k]);
}
