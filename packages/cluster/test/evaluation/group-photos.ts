import { seeded } from '@face-sets/testing';
import type { FaceMatrix } from '../../src/index.js';
import { gaussian } from '../helpers.js';

const COLS = 64;

/** A library of group photos: `people` people of whom three are on each of `photos` photos. */
export function library(photos: number, { people = 80, spread = 0.5, seed = 91 } = {}) {
  const random = seeded(seed);
  const who = Array.from({ length: people }, () => Array.from({ length: COLS }, () => gaussian(random)));
  const rows: number[][] = [];
  const imageIndex: number[] = [];
  const truth: number[] = [];
  const places: number[] = [];
  const add = (image: number, person: number, slot: number) => {
    rows.push(who[person].map((value) => value + spread * gaussian(random)));
    imageIndex.push(image);
    truth.push(person);
    places.push(slot * 0.3, 0.2, slot * 0.3 + 0.2, 0.5);
  };
  for (let image = 0; image < photos; image++) {
    const first = Math.floor(random() * people);
    for (let slot = 0; slot < 3; slot++) add(image, (first + 7 * slot) % people, slot);
  }
  const matrix = (): FaceMatrix => ({
    data: Float32Array.from(rows.flat()),
    rows: rows.length,
    cols: COLS,
  });
  return { add, matrix, imageIndex, truth, places, rows };
}
