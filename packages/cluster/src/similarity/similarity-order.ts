import type { UnitRows } from '../vectors/unit-rows.js';
import { wasmPairsBetween } from './wasm-pairs-between.js';

/** Rows from which on the comparison saves more time than the grouping takes. */
const WORTH_GROUPING = 8000;

/** Share of the components that rows are grouped by. */
const PROBED = 1 / 4;

/**
 * An order of rows that brings those which are probably similar together. Similar pairs are few, and the kernel has most
 * of its work with tiles that have one: scattered, there are as many of these as pairs.
 *
 * Groups are those of a few rows, evenly spread, and of the rows that are like one of them in their first components;
 * so the people of many faces, whose pairs are most of all pairs, have one. It is only ever an order: a row in the wrong
 * place costs a little time.
 *
 * @returns row at each place
 */
export function similarityOrder(unit: UnitRows, minSimilarity: number): Int32Array {
  const { rows } = unit;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const probed = Math.floor(unit.cols * PROBED);
  // strangers are as similar as that by chance
  const chance = (4 * Math.sqrt(probed)) / unit.cols;
  const least = minSimilarity * PROBED;
  if (rows < WORTH_GROUPING || least < chance) return order;
  const pivots = Math.ceil(Math.sqrt(rows) / 2);
  const group = new Uint32Array(rows).fill(pivots);
  const first = unit.first(probed);
  const step = rows / pivots;
  const probes = first.take(Array.from({ length: pivots }, (_, pivot) => Math.floor(pivot * step)));
  wasmPairsBetween(probes, first, least, (pivot, row) => {
    group[row] = Math.min(group[row], pivot);
  });
  // whole numbers sort many times as fast as rows do with a function that compares them
  const keys = Float64Array.from(group, (own, row) => own * rows + row).sort();
  return order.map((_, place) => keys[place] % rows);
}
