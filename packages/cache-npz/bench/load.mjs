// Loads a cache of 100,000 faces and compares with numpy.load of the same members.
// Usage: node bench/load.mjs [faces] (needs Python with NumPy for the comparison)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFaceCache } from '../dist/index.js';
import { fill, openCache } from './synthetic.mjs';

const faces = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'bench-load-'));
const path = join(folder, 'cache.npz');
const PYTHON = `
import sys, time, numpy as np
times = []
for _ in range(3):
    t = time.perf_counter()
    with np.load(sys.argv[1], allow_pickle=False) as z:
        for k in sys.argv[2].split(','):
            z[k]
    times.append(time.perf_counter() - t)
print(min(times))
`;
const python = process.env.FACE_SETS_PYTHON ?? 'python3';

async function loadTime(members) {
  const start = performance.now();
  await readFaceCache(path, { members });
  return (performance.now() - start) / 1000;
}

try {
  const writer = await openCache(path);
  await fill(writer, faces);
  await writer.close();
  const cases = [
    ['all members', undefined, 'embedding,bbox,kps,det_score,blur,image_index,images.jsonl,meta.json'],
    ['embedding only', ['embedding'], 'embedding,image_index,images.jsonl,meta.json'],
    ['bbox only', ['bbox'], 'bbox,image_index,images.jsonl,meta.json'],
  ];
  for (const [name, members, numpyMembers] of cases) {
    // In turn, and the best of each, so that other work on the machine disturbs neither more.
    let ours = Number.POSITIVE_INFINITY;
    let numpy = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 3; i++) ours = Math.min(ours, await loadTime(members));
      numpy = Math.min(numpy, Number(execFileSync(python, ['-c', PYTHON, path, numpyMembers])));
    }
    const note = name === 'bbox only' ? 'mostly the images, which NumPy leaves as text' : 'target <= 1.5';
    console.log(
      `load ${faces} faces, ${name}: ${ours.toFixed(3)} s, numpy.load ${numpy.toFixed(3)} s, ratio ${(ours / numpy).toFixed(2)} (${note})`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
