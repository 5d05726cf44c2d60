import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CacheView } from '@face-sets/cache-npz';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { fileSha256 } from '@face-sets/files';
import type { FaceFinder } from '@face-sets/fsz-export';
import { type RefineManifest, readManifest } from '@face-sets/manifests';
import { exportSwap } from '@face-sets/outputs';
import { decodeImage } from '@face-sets/photos';
import type { RgbImage } from '@face-sets/quality';
import { seeded } from '@face-sets/testing';
import sharp from 'sharp';
import { benchSources, writeBenchPhotos } from './bench-photos.js';

const WIDTH = 4000;
const HEIGHT = 3000;
const DIM = 64;
/** Both sides work on so many photos at once. */
const AT_ONCE = 2;
const TARGET = 0.8;

/**
 * A program: how fast crops are exported, beside sharp alone doing what cannot be avoided to the same regions of the
 * same photos in the same run.
 *
 * Ours is the whole of `exportSwap`: planning, checking the photos, decoding, cutting, PNG, choosing, two bundles,
 * manifests, all of it on disk; only the finder answers at once, so that no detection is in it. Bare is sharp's
 * pipeline of decode, extract, resize (Lanczos) and PNG with the same settings, into memory. The rounds alternate, and
 * the median of their ratios counts; one before them, which starts the libraries, does not.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      photos: { type: 'string', default: '24' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const count = Number(values.photos);
  const rounds = Number(values.rounds);
  const root = await mkdtemp(join(tmpdir(), 'face-sets-bench-'));
  try {
    const sources = await benchSources();
    console.log(
      `${cpus().length} processors, ${count} photos of ${WIDTH}×${HEIGHT}, a ${sources.kind} face cut from each`,
    );
    await writeBenchPhotos(join(root, 'photos'), count, sources);
    const library = await benchLibrary(join(root, 'photos'), count);
    let regions: Region[] = [];
    const ours: number[] = [];
    const bare: number[] = [];
    const cpu = { ours: 0, bare: 0 };
    const peaks: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const out = join(root, `out-${round}`);
      const { seconds, peak, cpuSeconds } = await measured(() => exportLibrary(library, out, root));
      regions = await cutRegions(out);
      if (regions.length !== count)
        throw new Error(`${regions.length} crops of ${count}: the finder is wrong`);
      const limit = await measured(() => bareSharp(regions));
      await rm(out, { recursive: true });
      if (round < 0) continue;
      ours.push(count / seconds);
      cpu.ours += cpuSeconds;
      peaks.push(peak);
      bare.push(count / limit.seconds);
      cpu.bare += limit.cpuSeconds;
    }
    const twice = await measured(() => exportLibrary(repeated(library, 3), join(root, 'out-more'), root));
    // Of each round: what else the machine does changes from round to round.
    const ratio = median(ours.map((rate, i) => rate / bare[i]));
    console.log(
      `ours   ${median(ours).toFixed(2)} crops/s  (${ours.map((rate) => rate.toFixed(2)).join(', ')})`,
    );
    console.log(
      `bare   ${median(bare).toFixed(2)} crops/s  (${bare.map((rate) => rate.toFixed(2)).join(', ')})`,
    );
    console.log(`ratio  ${ratio.toFixed(2)}, target ${TARGET}: ${ratio >= TARGET ? 'reached' : 'missed'}`);
    console.log(
      `processor time per crop: ours ${ms(cpu.ours)}, bare ${ms(cpu.bare)}, ratio ${(cpu.bare / cpu.ours).toFixed(2)}`,
    );
    console.log(
      `memory ${Math.max(...peaks).toFixed(0)} MiB at most for ${count} crops, ${twice.peak.toFixed(0)} MiB for ${3 * count}`,
    );
    function ms(seconds: number): string {
      return `${((1000 * seconds) / count / rounds).toFixed(0)} ms`;
    }
    const detection = await detectionSeconds(regions.slice(0, 8), sources.models);
    console.log(
      `apart  ${(1000 * detection).toFixed(0)} ms for each crop for finding its faces again at 640 and 320`,
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** A square of a photo. */
interface Region {
  path: string;
  x: number;
  y: number;
  side: number;
}

/** One person's face at a random place of every photo; embeddings scattered so that none may be a near-duplicate. */
async function benchLibrary(folder: string, count: number): Promise<CacheView> {
  const random = seeded(3);
  const images: CacheView['images'][number][] = [];
  const bbox = new Float32Array(count * 4);
  const embedding = new Float32Array(count * DIM);
  for (let i = 0; i < count; i++) {
    const name = `IMG_${String(i).padStart(5, '0')}.jpg`;
    const path = join(folder, String(Math.floor(i / 20)).padStart(3, '0'), name);
    const { size, mtimeMs } = await stat(path);
    images.push({
      path,
      pathAliases: [],
      sha256: await fileSha256(path),
      size,
      mtime: mtimeMs,
      width: WIDTH,
      height: HEIGHT,
      status: 'faces',
    });
    const side = 200 + Math.floor(random() * 800);
    const x = side / 2 + random() * (WIDTH - 2 * side);
    const y = side / 2 + random() * (HEIGHT - 2 * side);
    bbox.set([x, y, x + side, y + side], i * 4);
    for (let k = 0; k < DIM; k++) embedding[i * DIM + k] = (k === 0 ? 1 : 0) + 0.3 * (random() - 0.5);
  }
  const detScore = new Float32Array(count).fill(0.8);
  const blur = new Float32Array(count).fill(200);
  return {
    images,
    faceCount: count,
    dim: DIM,
    imageIndex: Int32Array.from({ length: count }, (_, i) => i),
    bbox,
    embedding,
    detScore,
    blur,
  };
}

/** The library so many times: the same photos, as if each had more faces of the person in copies of it. */
function repeated(library: CacheView, times: number): CacheView {
  const many = (values: Float32Array | undefined) =>
    Float32Array.from({ length: times * values!.length }, (_, i) => values![i % values!.length]);
  const faceCount = library.faceCount * times;
  const embedding = many(library.embedding).map((value, i) =>
    // A little apart, or they were near-duplicates of each other.
    i % DIM === 1 + Math.floor(i / library.embedding!.length) ? value + 0.6 : value,
  );
  return {
    ...library,
    images: Array.from({ length: faceCount }, (_, i) => library.images[i % library.images.length]),
    faceCount,
    imageIndex: Int32Array.from({ length: faceCount }, (_, i) => i),
    bbox: many(library.bbox),
    embedding,
    detScore: many(library.detScore),
    blur: many(library.blur),
  };
}

/** Answers at once: the one face is where the padding puts it. */
const FINDER: FaceFinder = {
  decode: async (path) => (await decodeImage(path)).image,
  decodePart: (path, part, regionSize) => decodeImage(path, { region: () => part, regionSize }),
  find: async ({ width }) => [
    {
      bbox: [width / 4, width / 4, (3 * width) / 4, (3 * width) / 4],
      kps: new Float32Array(10),
      detScore: 0.9,
      embedding: Float32Array.from({ length: DIM }, (_, k) => (k === 0 ? 1 : 0)),
    },
  ],
};

async function exportLibrary(cache: CacheView, out: string, root: string): Promise<void> {
  const cacheFile = { path: join(root, 'faces.npz'), sha256: '0'.repeat(64) };
  const refine = refineOf(cache, cacheFile);
  const refineFile = { path: join(root, 'refine_manifest.json'), sha256: '0'.repeat(64) };
  await exportSwap({
    cache,
    cacheFile,
    refine,
    refineFile,
    out,
    finder: FINDER,
    options: { outlierThreshold: 2, maxCropDistance: 2, concurrency: AT_ONCE },
  });
}

/** A refine manifest that puts every face into one faceset. */
function refineOf(cache: CacheView, cacheFile: { path: string; sha256: string }): RefineManifest {
  const faces = Array.from({ length: cache.faceCount }, (_, row) => {
    const { sha256, path } = cache.images[cache.imageIndex[row]];
    const [x1, y1, x2, y2] = cache.bbox!.subarray(row * 4, row * 4 + 4);
    const quality = { short_edge: x2 - x1, blur: 200 };
    const bbox: [number, number, number, number] = [x1, y1, x2, y2];
    return { row, sha256, source: path, aliases: [], bbox, det_score: 0.8, distance: 0, quality, files: [] };
  });
  return {
    schema_version: 1,
    kind: 'refine',
    cache: { ...cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: {},
    summary: {
      facesets: 1,
      faces: faces.length,
      rejected: 0,
      rejected_by: {},
      noface_images: 0,
      error_images: 0,
      files: 0,
      file_errors: 0,
    },
    facesets: [{ id: 'faceset_001', folder: 'faceset_001', unique_images: faces.length, faces }],
    rejected: [],
    image_errors: [],
    file_errors: [],
  };
}

/** Where the crops of an export were cut. */
async function cutRegions(out: string): Promise<Region[]> {
  const { faces } = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
  return faces.map(({ source, crop: { region } }) => ({
    path: source,
    x: region[0],
    y: region[1],
    side: region[2],
  }));
}

/** What cannot be avoided. */
async function bareSharp(regions: readonly Region[]): Promise<void> {
  const left = [...regions];
  const work = async () => {
    for (let region = left.pop(); region; region = left.pop()) await bareCrop(region);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function bareCrop({ path, x, y, side }: Region): Promise<Buffer> {
  return sharp(path)
    .extract({ left: x, top: y, width: side, height: side })
    .resize(512, 512, { fit: 'fill', kernel: 'lanczos3' })
    .png({ compressionLevel: 6, adaptiveFiltering: true, palette: false })
    .toBuffer();
}

/** Seconds of finding the faces in a crop at both sizes. */
async function detectionSeconds(regions: readonly Region[], models: string): Promise<number> {
  const analyzer = new FaceAnalyzer(await loadModels(models));
  const crops: RgbImage[] = [];
  for (const region of regions) crops.push((await decodeImage(await bareCrop(region))).image);
  const find = async (image: RgbImage) => {
    for (const size of [640, 320]) await analyzer.analyze(image, { sizes: [size] });
  };
  await find(crops[0]);
  const start = performance.now();
  for (const crop of crops) await find(crop);
  return (performance.now() - start) / 1000 / crops.length;
}

/** Seconds, seconds of processor time, and the most memory of the process meanwhile in MiB. */
async function measured(
  work: () => Promise<void>,
): Promise<{ seconds: number; cpuSeconds: number; peak: number }> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss() / 2 ** 20);
  };
  const timer = setInterval(look, 20);
  const before = process.cpuUsage();
  const start = performance.now();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  look();
  return { seconds, cpuSeconds: (user + system) / 1e6, peak };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

await main();
