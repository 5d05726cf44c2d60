import { existsSync, lstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { FaceCacheData } from '@face-sets/cache-npz';
import { fileSha256, nullIfMissing } from '@face-sets/files';
import { MANIFEST_NAMES, readManifest } from '@face-sets/manifests';
import { decodeImage, type Rotation, rotateImage } from '@face-sets/photos';
import {
  outputKind,
  type ReportDecoder,
  type ReportLink,
  type WrittenReport,
  writeReport,
} from '@face-sets/review';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { isRunFolder } from '../shared/locate/locate-output.js';
import { RUN_FOLDERS } from '../shared/locate/run-folder.js';
import { readCache, SCORED_MEMBERS } from '../shared/read-cache.js';

/** The outputs of a `run`, which stand side by side, and what their reports are called. */
const STEPS = [
  { folder: RUN_FOLDERS.cluster, label: 'People', manifest: MANIFEST_NAMES.cluster },
  { folder: RUN_FOLDERS.refine, label: 'Refined', manifest: MANIFEST_NAMES.refine },
  { folder: RUN_FOLDERS['export-swap'], label: 'Facesets', manifest: MANIFEST_NAMES['export-swap'] },
];

/** Writes the reports of all outputs of a `run` that are there, in the order of its steps. */
export async function reportRun(out: string, options: StepOptions = {}): Promise<WrittenReport[]> {
  const reports: WrittenReport[] = [];
  for (const { folder, manifest } of STEPS) {
    if (existsSync(join(out, folder, manifest))) reports.push(await reportOutput(join(out, folder), options));
  }
  return reports;
}

function isManifest(path: string): boolean {
  return (
    STEPS.some(({ manifest }) => basename(path) === manifest) &&
    lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
  );
}

/** Writes the report of an output. */
export async function reportOutput(out: string, options: StepOptions = {}): Promise<WrittenReport> {
  const cache = await cacheOf(out);
  const steps = await stepsBeside(out);
  return inStage(options, 'Reporting', 'pictures', async (stage) => {
    const result = await writeReport(out, {
      cache,
      decode: decoder(cache),
      links: linksOf(steps, out),
      signal: options.signal,
      reuse: steps.map(({ folder }) => folder).filter((folder) => folder !== resolve(out)),
      onProgress: stage.onItems,
    });
    return { result, summary: `Report of ${groupsOf(result)}: ${result.path}` };
  });
}

/** The cache that an output was made from, if it is still there and the same. */
async function cacheOf(out: string): Promise<FaceCacheData | undefined> {
  const kind = await outputKind(out);
  const { cache } = await readManifest(kind === 'duplicates' ? out : join(out, MANIFEST_NAMES[kind]), kind);
  if ((await nullIfMissing(cache.path, fileSha256(cache.path))) !== cache.sha256) return undefined;
  return readCache(cache.path, SCORED_MEMBERS);
}

/** Decodes and rotates photos as embedding did, no larger than needed if the cache has their size. */
function decoder(cache: FaceCacheData | undefined): ReportDecoder {
  const known = new Map(cache?.images.map((image) => [image.sha256, image]));
  return async ({ path, sha256, scale }) => {
    const { width = 0, height = 0, rotation = 0 } = known.get(sha256) ?? {};
    const longSide = Math.max(width, height);
    const decoded = await decodeImage(path, longSide ? { longSide: Math.ceil(longSide * scale) } : {});
    const image = rotateImage(decoded.image, rotation as Rotation);
    return { image, width: rotation % 180 === 0 ? decoded.width : decoded.height };
  };
}

/** The outputs of the same `run`, this one among them; none where it is not of a run. */
async function stepsBeside(out: string): Promise<{ folder: string; label: string }[]> {
  const at = resolve(out);
  if (!STEPS.some(({ folder }) => folder === basename(at))) return [];
  const found = [];
  for (const { folder, label, manifest } of STEPS) {
    const path = join(dirname(at), folder);
    if (await nullIfMissing(path, lstat(join(path, manifest)))) found.push({ folder: path, label });
  }
  return found;
}

function linksOf(steps: readonly { folder: string; label: string }[], out: string): ReportLink[] {
  return steps.map(({ folder, label }) => ({
    label,
    file: folder === resolve(out) ? '' : `../${basename(folder)}/report.html`,
  }));
}

/** How many people, or groups of duplicates, a page shows, in words. */
export function groupsOf({ kind, people }: WrittenReport): string {
  return kind === 'duplicates'
    ? count(people, 'group of duplicates', 'groups of duplicates')
    : count(people, 'person', 'people');
}

/**
 * Writes the page of an output, or of every output of a `run`, in the order of its steps.
 *
 * @param out output folder of cluster, refine, export-swap or run, its manifest, or the `.duplicates.json` of dedup
 */
export async function report(out: string, options: StepOptions = {}): Promise<WrittenReport[]> {
  if (isRunFolder(out)) return reportRun(out, options);
  return [await reportOutput(isManifest(out) ? dirname(out) : out, options)];
}
