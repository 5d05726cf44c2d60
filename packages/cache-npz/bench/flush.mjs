// Flushes 50 images at a time into a small and a large cache, in turn.
// Usage: node bench/flush.mjs [small] [large] (default 1,000 and 1,000,000 faces: 4.5 GB of disk)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addOne, fill, median, openCache } from './synthetic.mjs';

const sizes = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 1_000_000)];
const folder = mkdtempSync(join(tmpdir(), 'bench-flush-'));

try {
  const caches = [];
  for (const faces of sizes) {
    const path = join(folder, `${faces}.npz`);
    let writer = await openCache(path);
    await fill(writer, faces);
    let start = performance.now();
    await writer.close();
    const folded = performance.now() - start;
    start = performance.now();
    writer = await openCache(path);
    console.log(
      `${faces} faces: fold ${(folded / 1000).toFixed(2)} s, open ${((performance.now() - start) / 1000).toFixed(2)} s, peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
    );
    caches.push({ writer, times: [] });
  }
  for (let round = 0; round < 200; round++) {
    for (const { writer, times } of caches) {
      const first = writer.images.length;
      for (let i = 0; i < 50; i++) addOne(writer, first + i);
      const start = performance.now();
      await writer.flush();
      times.push(performance.now() - start);
    }
  }
  const [small, large] = caches.map(({ times }) => median(times));
  console.log(
    `flush of 50 images: ${small.toFixed(2)} ms at ${sizes[0]} faces, ${large.toFixed(2)} ms at ${sizes[1]}, ratio ${(large / small).toFixed(2)} (target <= 1.2)`,
  );
  for (const { writer } of caches) await writer.close({ fold: false });
} finally {
  rmSync(folder, { recursive: true });
}
