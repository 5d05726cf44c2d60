/**
 * Clustering beside its peers, on one generated set, in one run. After `npm run build`:
 *
 *   node packages/cluster/bench/run.mjs [--rows 20000] [--threshold 0.55] [--threads all]
 *     [--peers fastcluster,scikit-learn] [--growth 10000,20000,40000] [--large 100000] [--rounds 1]
 *
 * `--growth` prints how time grows with the number of faces, `--large` clusters so many alone (both off by
 * default; `--peers none` leaves the peers out). The peers need a Python with NumPy, SciPy, fastcluster and
 * scikit-learn (Debian: python3-sklearn, python3-fastcluster); `FACE_SETS_PYTHON` names one to try first.
 * Other work on the machine disturbs times; ours and a peer's of one round are taken one after the other.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateFaces } from './faces.mjs';

const COLS = 512;
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    threshold: { type: 'string', default: '0.55' },
    threads: { type: 'string', default: 'all' },
    peers: { type: 'string', default: 'fastcluster,scikit-learn' },
    growth: { type: 'string', default: '' },
    large: { type: 'string', default: '' },
    rounds: { type: 'string', default: '1' },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'face-sets-bench-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const list = (text) => (text ? text.split(',') : []);
const seconds = (value) => `${value.toFixed(2)} s`;
const memory = (kilobytes) => `${(kilobytes / 1e6).toFixed(2)} GB`;

function write(rows) {
  const file = join(dir, `faces-${rows}.bin`);
  writeFileSync(file, generateFaces(rows, { cols: COLS }).data);
  return { file, rows };
}

function json(command, parameters) {
  return JSON.parse(execFileSync(command, parameters, { encoding: 'utf8', maxBuffer: 1 << 20 }));
}

function ours({ file, rows }) {
  const labels = join(dir, 'ours.bin');
  const script = join(import.meta.dirname, 'ours.mjs');
  const result = json(
    process.execPath,
    [script, file, rows, COLS, values.threshold, labels, values.threads].map(String),
  );
  return { ...result, labels: read(labels) };
}

function peer(name, { file, rows }) {
  const labels = join(dir, 'peer.bin');
  const script = join(import.meta.dirname, 'peer.py');
  const result = json(python, [script, name, file, rows, COLS, values.threshold, labels].map(String));
  return { ...result, labels: read(labels) };
}

function read(file) {
  const bytes = readFileSync(file);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

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

function report(name, { seconds: time, product, clusters, peak }) {
  const share =
    product === undefined ? '' : `, product alone ${seconds(product)} = ${(product / time).toFixed(2)} of it`;
  console.log(
    `${name.padEnd(14)} ${seconds(time).padStart(9)}  peak ${memory(peak)}  ${clusters} clusters${share}`,
  );
}

const wanted = values.peers === 'none' ? [] : list(values.peers);
const python = wanted.length > 0 ? findPython() : null;
const set = write(Number(values.rows));
console.log(
  `${set.rows} faces of ${COLS} dimensions, average linkage, cosine distance below ${values.threshold}`,
);
for (let round = 0; round < Number(values.rounds); round++) {
  const own = ours(set);
  report('@face-sets', own);
  if (wanted.length > 0 && !python) {
    console.log(
      'peers skipped: no Python with numpy, scipy, fastcluster and sklearn (apt install python3-sklearn python3-fastcluster)',
    );
  }
  for (const name of python ? wanted : []) {
    const other = peer(name, set);
    report(name, other);
    const same = samePartition(own.labels, other.labels) ? 'same partition' : 'ANOTHER PARTITION';
    const faster = (other.seconds / own.seconds).toFixed(1);
    console.log(
      `  ${same}; ${faster}x as fast as ${name}, ${(own.peak / other.peak).toFixed(3)} of its memory`,
    );
    if (same !== 'same partition') process.exitCode = 1;
  }
}

let before = null;
for (const rows of list(values.growth)) {
  const own = ours(write(Number(rows)));
  report(`${rows} faces`, own);
  if (before)
    console.log(
      `  ${(own.seconds / before.seconds).toFixed(2)}x the time for ${(rows / before.rows).toFixed(1)}x the faces`,
    );
  before = { rows: Number(rows), seconds: own.seconds };
}
if (values.large) report(`${values.large} faces`, ours(write(Number(values.large))));
