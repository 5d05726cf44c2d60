/**
 * Clusters the faces of a file and prints what it took as JSON. A process of its own, so that its peak memory is
 * that of the clustering. Usage: ours.mjs FILE ROWS COLS THRESHOLD LABELS_FILE THREADS wasm|onnx
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { agglomerative, normalizeRows, wasmSimilarity } from '../dist/index.js';
import { bareProduct } from './bare-product.mjs';

const [file, rows, cols, threshold, labelsFile, threads, backend] = process.argv.slice(2);
const bytes = readFileSync(file);
const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const matrix = { data, rows: Number(rows), cols: Number(cols) };
const limit = threads === 'all' ? {} : { threads: Number(threads) };
const similarity =
  backend === 'onnx'
    ? (await import('../../face-embed/dist/index.js')).onnxSimilarity(limit)
    : wasmSimilarity(limit);

let start = performance.now();
const before = process.cpuUsage();
const labels = await agglomerative(matrix, { threshold: Number(threshold), similarity });
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
const processor = (user + system) / 1e6;
const peak = process.resourceUsage().maxRSS;

const unit = normalizeRows(matrix);
start = performance.now();
await similarity.pairs(unit, 1 - Number(threshold), () => {});
const pairs = (performance.now() - start) / 1000;
const product = await bareProduct(unit, limit.threads);

writeFileSync(labelsFile, labels);
console.log(JSON.stringify({ seconds, processor, pairs, product, clusters: new Set(labels).size, peak }));
