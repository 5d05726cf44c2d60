/**
 * Clusters the faces of a file and prints what it took as JSON. A process of its own, so that its peak memory is
 * that of the clustering. Usage: ours.mjs FILE ROWS COLS THRESHOLD LABELS_FILE THREADS
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { agglomerative, normalizeRows, wasmSimilarity } from '../dist/index.js';

const [file, rows, cols, threshold, labelsFile, threads] = process.argv.slice(2);
const bytes = readFileSync(file);
const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const matrix = { data, rows: Number(rows), cols: Number(cols) };
const similarity = wasmSimilarity(threads === 'all' ? {} : { threads: Number(threads) });
const loaded = process.resourceUsage().maxRSS;

let start = performance.now();
const labels = await agglomerative(matrix, { threshold: Number(threshold), similarity });
const seconds = (performance.now() - start) / 1000;
const peak = process.resourceUsage().maxRSS;

// the product alone, reporting nothing: what no method that looks at all pairs can save
const unit = normalizeRows(matrix);
start = performance.now();
await similarity.pairs(unit, 1.4, () => {});
const product = (performance.now() - start) / 1000;

writeFileSync(labelsFile, labels);
console.log(
  JSON.stringify({ seconds, product, clusters: Math.max(-1, ...new Set(labels)) + 1, peak, loaded }),
);
