import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readFaceCache } from '@face-sets/cache-npz';
import { availableProcessors } from '@face-sets/photos';
import type { BareKind, BarePhoto } from './bench-bare.js';
import { type ChildUsage, measureCli, measureProgram } from './bench-child.js';
import { benchSources, repeatBenchPhotos, writeBenchPhotos } from './bench-photos.js';
import { cacheTree, timeUnchanged, writeTinyFiles } from './bench-unchanged.js';

/**
 * `npm run bench:embed [-- --quick] [--keep DIR]`: measures `face-sets embed` against what bounds it and prints
 * each figure with its target. Exit code 1 when a target is missed. See docs/performance.md.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, keep: { type: 'string' } } });
const SIZE = values.quick
  ? { photos: 60, few: 20, many: 120, files: 5000, flush: [1000, 50_000], load: 20_000 }
  : { photos: 300, few: 100, many: 1000, files: 100_000, flush: [1000, 1_000_000], load: 100_000 };
/** Detector inputs of the default settings; see `analyzePhoto` for what is decoded at which scale. */
const DETECTOR_SIDE = 640;
/** Share of the processors' time taken by other programs from which a figure is called disturbed. */
const DISTURBED = 0.05;

const work = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'bench-embed-'));
mkdirSync(work, { recursive: true });
const photos = join(work, 'photos');
let missed = 0;

function figure(what: string, value: string, target?: string, reached?: boolean): void {
  const verdict = reached === undefined ? '' : reached ? '  reached' : '  MISSED';
  if (reached === false) missed++;
  console.log(`${what.padEnd(58)} ${value.padStart(12)}${target ? `  (target ${target})` : ''}${verdict}`);
}

function noteDisturbance(what: string, usage: ChildUsage): void {
  if (usage.disturbance <= DISTURBED) return;
  const share = Math.round(usage.disturbance * 100);
  console.log(`  disturbed: other programs took ${share} % of the processors during ${what}`);
}

/** Embeds `dir` with the command, into a new cache. */
async function embed(dirs: string[], name: string, models: string, options: string[] = []) {
  const cache = join(work, `${name}.npz`);
  for (const suffix of ['', '.journal', '.lock']) rmSync(cache + suffix, { force: true });
  const usage = await measureCli(['embed', ...dirs, cache, '--models', models, '--quiet', ...options]);
  return { cache, usage };
}

/** The folders that hold the first `count` photos. */
function folders(count: number): string[] {
  return Array.from({ length: Math.ceil(count / 20) }, (_, i) => join(photos, String(i).padStart(3, '0')));
}

async function barePhotos(cache: string): Promise<BarePhoto[]> {
  const { images, imageIndex } = await readFaceCache(cache, { members: ['bbox'] });
  const faces = new Uint32Array(images.length);
  for (const image of imageIndex) faces[image]++;
  return images.map(({ path, width, height }, i) => ({
    path,
    faces: faces[i],
    reduceTo: Math.max(width, height) >= 3 * DETECTOR_SIDE ? DETECTOR_SIDE : null,
  }));
}

async function bare(kind: BareKind, list: string, models: string) {
  const usage = await measureProgram('bench-bare', ['--kind', kind, '--list', list, '--models', models]);
  noteDisturbance(`the bare ${kind}`, usage);
  return JSON.parse(usage.stdout) as { wall: number; cpu: number };
}

async function embedding(models: string): Promise<void> {
  const { usage: few } = await embed(folders(SIZE.few), 'few', models);
  noteDisturbance(`the run on ${SIZE.few} photos`, few);
  const { cache, usage } = await embed(folders(SIZE.photos), 'all', models);
  noteDisturbance(`the run on ${SIZE.photos} photos`, usage);
  const list = join(work, 'bare.json');
  const plan = await barePhotos(cache);
  writeFileSync(list, JSON.stringify(plan));
  const onnx = await bare('onnx', list, models);
  const decode = await bare('decode', list, models);
  const whole = await bare('decode-whole', list, models);
  const { usage: again } = await embed(folders(SIZE.photos), 'again', models);
  noteDisturbance(`the second run on ${SIZE.photos} photos`, again);

  const faces = plan.reduce((sum, photo) => sum + photo.faces, 0);
  console.log(`${plan.length} photos, ${faces} faces, ${availableProcessors()} processors`);
  const wall = (usage.wallSeconds + again.wallSeconds) / 2;
  const cpu = (usage.cpuSeconds + again.cpuSeconds) / 2;
  figure('photos/s', (plan.length / wall).toFixed(2));
  figure('wall time of our run, s (mean of two)', wall.toFixed(2));
  figure('bare ONNX calls at full load, s', onnx.wall.toFixed(2));
  figure('bare decoding at full load, s', decode.wall.toFixed(2));
  const efficiency = (onnx.wall + decode.wall) / wall;
  figure('efficiency', efficiency.toFixed(3), '>= 0.90', efficiency >= 0.9);
  const byCpu = (onnx.cpu + decode.cpu) / cpu;
  figure('  the same by processor time (less disturbed by others)', byCpu.toFixed(3));
  const strict = (onnx.wall + whole.wall) / wall;
  figure('  if each photo were decoded once, in full', strict.toFixed(3));

  await repeatBenchPhotos(photos, SIZE.photos, SIZE.many);
  const { usage: many } = await embed(folders(SIZE.many), 'many', models);
  noteDisturbance(`the run on ${SIZE.many} photos`, many);
  const gib = many.peakMiB / 1024;
  figure(`peak RSS on ${SIZE.few} photos, MiB`, few.peakMiB.toFixed(0));
  figure(`peak RSS on ${SIZE.photos} photos, MiB`, usage.peakMiB.toFixed(0));
  figure(`peak RSS on ${SIZE.many} photos, MiB`, many.peakMiB.toFixed(0), '<= 1536', gib <= 1.5);
  const growth = many.peakMiB / few.peakMiB;
  figure(
    `peak RSS, ${SIZE.many} photos : ${SIZE.few} photos`,
    growth.toFixed(2),
    'flat, <= 1.2',
    growth <= 1.2,
  );

  const threads = availableProcessors();
  if (threads > 1) {
    const { usage: wide } = await embed(folders(SIZE.few), 'wide', models, ['--threads', String(threads)]);
    noteDisturbance('the run with one worker', wide);
    const speedup = wide.wallSeconds / few.wallSeconds;
    figure(`time with 1 worker of ${threads} threads : ${threads} workers of 1`, speedup.toFixed(2));
  }
}

async function unchanged(models: string): Promise<void> {
  const tree = join(work, 'tree');
  writeTinyFiles(tree, SIZE.files);
  const cache = join(work, 'tree.npz');
  await cacheTree(tree, cache, models);
  const times = await timeUnchanged(tree, cache, models);
  figure(`bare recursive stat of ${SIZE.files} files, s`, times.stat.toFixed(2));
  figure('the same by synchronous calls, s', times.statSync.toFixed(2));
  figure('embedLibrary over it, unchanged, s', times.embed.toFixed(2));
  figure('  with opening and closing the cache, s', times.run.toFixed(2));
  const ratio = times.run / times.stat;
  figure('ratio of the whole second run', ratio.toFixed(2), '<= 2', ratio <= 2);
  figure('  to the synchronous calls', (times.run / times.statSync).toFixed(2));
}

/** The cache's own benchmarks print their figures with their targets. */
function cacheBench(program: string, ...args: (string | number)[]): void {
  const file = resolve(import.meta.dirname, '../../../packages/cache-npz/bench', `${program}.mjs`);
  console.log(execFileSync(process.execPath, [file, ...args.map(String)], { encoding: 'utf8' }).trimEnd());
}

try {
  const sources = await benchSources();
  console.log(`Making ${SIZE.photos} photos of 12 megapixels with ${sources.kind} faces.`);
  await writeBenchPhotos(photos, SIZE.photos, sources);
  const first = statSync(join(photos, '000', 'IMG_00000.jpg')).size;
  console.log(`  the first has ${(first / 1e6).toFixed(1)} MB\n`);
  await embedding(sources.models);
  await unchanged(sources.models);
  cacheBench('flush', ...SIZE.flush);
  cacheBench('load', SIZE.load);
  if (missed > 0) process.exitCode = 1;
} finally {
  if (!values.keep) rmSync(work, { recursive: true, force: true });
}
