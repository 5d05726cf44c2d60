/**
 * Clustering beside its peers, on one generated set, in one run, with a target beside each figure. After
 * `npm run build` (`npm run bench:cluster` does both):
 *
 *   node packages/cluster/bench/run.mjs [--parts peers,growth,large] [--rows 20000] [--large 100000]
 *     [--threshold 0.55] [--threads all] [--backends wasm,onnx] [--rounds 1]
 *     [--peers fastcluster,fastcluster-quick,fastcluster-pdist,scikit-learn]
 *
 * Ours and the peers take turns, each in a process of its own; of several rounds the median of each figure counts. A
 * time is that of clustering embeddings in memory; our bare product is measured right after, in the same
 * process. Beside each time stands that of all processors together, which other programs disturb less. The peers
 * need a Python with NumPy, SciPy, fastcluster and scikit-learn (Debian: python3-sklearn, python3-fastcluster);
 * `FACE_SETS_PYTHON` names one to try first. Exits with 1 where a target is missed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateFaces } from './faces.mjs';

const COLS = 512;
/** Peers that the targets of speed and memory are about. */
const TARGETED = ['fastcluster', 'fastcluster-pdist'];
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'peers,growth,large' },
    rows: { type: 'string', default: '20000' },
    large: { type: 'string', default: '100000' },
    threshold: { type: 'string', default: '0.55' },
    threads: { type: 'string', default: 'all' },
    backends: { type: 'string', default: 'wasm,onnx' },
    peers: { type: 'string', default: 'fastcluster,fastcluster-quick,fastcluster-pdist,scikit-learn' },
    rounds: { type: 'string', default: '1' },
  },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const list = (text) => text.split(',').filter(Boolean);
const dir = mkdtempSync(join(tmpdir(), 'face-sets-bench-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const gigabytes = (kilobytes) => `${((kilobytes * 1024) / 1e9).toFixed(2)} GB`;
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function write(count) {
  const file = join(dir, `faces-${count}.bin`);
  writeFileSync(file, generateFaces(count, { cols: COLS }).data);
  return { file, rows: count };
}

function run(command, script, before, set, after) {
  const labels = join(dir, 'labels.bin');
  const args = [
    join(import.meta.dirname, script),
    ...before,
    set.file,
    set.rows,
    COLS,
    values.threshold,
    labels,
  ];
  const output = execFileSync(command, [...args, ...after].map(String), { encoding: 'utf8' });
  const bytes = readFileSync(labels);
  const numbers = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { ...JSON.parse(output), labels: numbers };
}

const ours = (backend, set) => run(process.execPath, 'ours.mjs', [], set, [values.threads, backend]);
const peer = (name, set) => run(python, 'peer.py', [name], set, []);

function samePartition(a, b) {
  const there = new Map();
  const back = new Map();
  return a.every((label, i) => {
    if (!there.has(label)) there.set(label, b[i]);
    if (!back.has(b[i])) back.set(b[i], label);
    return there.get(label) === b[i] && back.get(b[i]) === label;
  });
}

function findPython() {
  for (const command of [process.env.FACE_SETS_PYTHON, '/usr/bin/python3', 'python3']) {
    if (!command) continue;
    try {
      execFileSync(command, ['-c', 'import numpy, scipy, fastcluster, sklearn'], { stdio: 'ignore' });
      return command;
    } catch {
      // the next one may have them
    }
  }
  return null;
}

function row(name, results, note = '') {
  const [seconds, processor, peak] = ['seconds', 'processor', 'peak'].map((key) =>
    median(results.map((result) => result[key])),
  );
  const times = `${seconds.toFixed(2).padStart(7)} s (processors ${processor.toFixed(2)} s)`;
  console.log(`${name.padEnd(18)} ${times}  peak ${gigabytes(peak)}  ${results[0].clusters} clusters${note}`);
}

/** Prints a figure, its target and whether it is reached. */
function figure(what, shown, target, reached) {
  console.log(`  ${what}: ${shown}, target ${target}: ${reached ? 'reached' : 'MISSED'}`);
  if (!reached) process.exitCode = 1;
}

const atLeast = (what, value, limit, unit) =>
  figure(what, `${value.toFixed(2)}${unit}`, `≥ ${limit}${unit}`, value >= limit);
const atMost = (what, value, limit, unit) =>
  figure(what, `${value.toFixed(3)}${unit}`, `≤ ${limit}${unit}`, value <= limit);

/** Median over the rounds of a ratio of figures of the same round. */
const ratio = (a, b, key) => median(a.map((result, i) => result[key] / b[i][key]));

const parts = list(values.parts);
const backends = list(values.backends);
const wanted = list(values.peers);
const python = parts.includes('peers') && wanted.length > 0 ? findPython() : null;
const [{ model }] = cpus();
console.log(
  `${cpus().length} processors (${model}), load ${loadavg()[0].toFixed(1)}; Node ${process.version}\n` +
    `${COLS} dimensions, average linkage, cosine distance below ${values.threshold}`,
);

if (parts.includes('peers')) {
  console.log(`\n${rows} faces, ours and the peers in turn, ${rounds} round(s)`);
  if (wanted.length > 0 && !python) {
    console.log(
      'peers skipped: no Python with numpy, scipy, fastcluster and sklearn ' +
        '(apt install python3-sklearn python3-fastcluster)',
    );
  }
  const set = write(rows);
  const results = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const name of [...backends, ...(python ? wanted : [])]) {
      const result = backends.includes(name) ? ours(name, set) : peer(name, set);
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
  for (const [name, all] of results) {
    const [{ distances }] = all;
    row(name, all, distances === undefined ? '' : `  (distances ${distances.toFixed(2)} s)`);
  }
  const shareOf = (all) => median(all.map(({ product, seconds }) => product / seconds));
  for (const other of python ? wanted.filter((name) => TARGETED.includes(name)) : []) {
    const faster = backends.map((name) => ratio(results.get(other), results.get(name), 'seconds'));
    atLeast(`as fast as ${other}, fastest backend`, Math.max(...faster), 8, 'x');
  }
  for (const name of backends) {
    const own = results.get(name);
    console.log(`${name}:`);
    const [pairs, product] = ['pairs', 'product'].map((key) => median(own.map((result) => result[key])));
    console.log(
      `  similar pairs alone ${pairs.toFixed(2)} s; bare product in WebAssembly, all pairs and components in full, ${product.toFixed(2)} s`,
    );
    // the limit of a method is its own product, and that of another backend cannot be taken alone
    if (name === 'wasm') atLeast('share of the bare product in our time', shareOf(own), 0.6, '');
    for (const other of python ? wanted : []) {
      const theirs = results.get(other);
      const same = own.every(({ labels }, i) => samePartition(labels, theirs[i].labels));
      figure(`same partition as ${other}`, same ? 'yes' : 'no', 'yes', same);
      const faster = ratio(theirs, own, 'seconds');
      const memory = ratio(own, theirs, 'peak');
      if (TARGETED.includes(other)) {
        atLeast(`as fast as ${other}`, faster, 3, 'x');
        atMost(`memory beside ${other}`, memory, 0.1, '');
      } else {
        console.log(`  as fast as ${other}: ${faster.toFixed(2)}x, memory beside it: ${memory.toFixed(3)}`);
      }
    }
  }
}

if (parts.includes('growth')) {
  console.log(`\ngrowth with the number of faces, ${backends[0]}`);
  const [one, two] = [rows, 2 * rows].map(write);
  const results = { one: [], two: [] };
  for (let round = 0; round < rounds; round++) {
    results.one.push(ours(backends[0], one));
    results.two.push(ours(backends[0], two));
  }
  row(`${one.rows} faces`, results.one);
  row(`${two.rows} faces`, results.two);
  atMost('time of twice as many faces', ratio(results.two, results.one, 'seconds'), 4.5, 'x');
}

if (parts.includes('large')) {
  console.log(`\n${values.large} faces, ${backends[0]}`);
  const large = ours(backends[0], write(Number(values.large)));
  row(`${values.large} faces`, [large]);
  atMost('peak memory', (large.peak * 1024) / 2 ** 30, 4, ' GiB');
}
