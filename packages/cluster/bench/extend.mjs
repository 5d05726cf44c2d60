/**
 * Growing a library: new faces into known people, beside clustering everything again, on one generated set, in one run.
 * After `npm run build`:
 *
 *   node packages/cluster/bench/extend.mjs [--known 100000] [--new 1000] [--threshold 0.55] [--grow 20000]
 *
 * Prints both times, their ratio and the changes of labels, and ends with code 1 where the ratio is above 0.02 or somebody's number
 * changed. `--grow` lets libraries of so many faces grow in ten parts instead, and prints how the people found compare with
 * those of clustering at once. Other work on the machine disturbs times.
 */
import { parseArgs } from 'node:util';
import { agglomerative, diffLabels, evaluateClusters, extendClusters, isStable } from '../dist/index.js';
import { generateFaces } from './faces.mjs';

/** Largest part of a full clustering's time that extending may take. */
const LIMIT = 0.02;

const { values } = parseArgs({
  options: {
    known: { type: 'string', default: '100000' },
    new: { type: 'string', default: '1000' },
    threshold: { type: 'string', default: '0.55' },
    grow: { type: 'string' },
  },
});
const threshold = Number(values.threshold);
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const quality = (labels, identity) => {
  const { bcubed } = evaluateClusters(labels, identity);
  const [f1, precision, recall] = [bcubed.f1, bcubed.precision, bcubed.recall].map((value) =>
    value.toFixed(4),
  );
  return `BCubed F1 ${f1} (precision ${precision}, recall ${recall})`;
};

if (values.grow) await growInParts(Number(values.grow));
else await extendOnce();

async function growInParts(rows) {
  for (const cols of [64, 128, 256]) {
    const { identity, ...matrix } = generateFaces(rows, { cols, seed: 3 });
    const atOnce = await agglomerative(matrix, { threshold });
    let labels = new Int32Array(0);
    for (let part = 1; part <= 10; part++) {
      const faces = Math.round((part * rows) / 10);
      const before = Int32Array.from({ length: faces }, (_, row) => labels[row] ?? -1);
      const previouslySeen = Uint8Array.from(before, (_, row) => (row < labels.length ? 1 : 0));
      const seen = { data: matrix.data.subarray(0, faces * cols), rows: faces, cols };
      ({ labels } = await extendClusters(seen, before, { threshold, previouslySeen }));
      if (!isStable(diffLabels(before, labels))) process.exitCode = 1;
    }
    console.log(`${rows} faces of ${cols} dimensions, threshold ${threshold}`);
    console.log(`  in ten parts  ${quality(labels, identity)}`);
    console.log(`  at once       ${quality(atOnce, identity)}`);
  }
}

async function extendOnce() {
  const known = Number(values.known);
  const rows = known + Number(values.new);

  const { identity, ...matrix } = generateFaces(rows);
  console.log(
    `${values.new} new faces into ${values.known}, ${matrix.cols} dimensions, threshold ${threshold}`,
  );

  let start = performance.now();
  const all = await agglomerative(matrix, { threshold });
  const full = performance.now() - start;
  console.log(`clustering all ${rows} again   ${seconds(full)}`);

  // who is known: those people without the new faces, which are the last rows
  const size = new Int32Array(rows);
  for (const label of all.subarray(0, known)) size[label]++;
  const before = Int32Array.from(all, (label, row) => (row < known && size[label] > 1 ? label : -1));
  const previouslySeen = Uint8Array.from({ length: rows }, (_, row) => (row < known ? 1 : 0));

  start = performance.now();
  const { labels, joined, created } = await extendClusters(matrix, before, { threshold, previouslySeen });
  const extending = performance.now() - start;
  const ratio = extending / full;
  console.log(
    `extending                      ${seconds(extending)}  = ${(100 * ratio).toFixed(2)} % of that`,
  );

  const changes = diffLabels(before, labels);
  console.log(
    `${joined.length} faces joined known people, ${created.length} new people; ` +
      `people renumbered: ${changes.renumbered.length}, faces that changed person: ${changes.changed.length}`,
  );
  console.log(`extended          ${quality(labels, identity)}`);
  console.log(`clustered again   ${quality(all, identity)}`);
  if (ratio > LIMIT || !isStable(changes)) process.exitCode = 1;
}
