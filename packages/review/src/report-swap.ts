import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { fileSha256, isMissing } from '@face-sets/files';
import { isSameFace } from '@face-sets/fsz-export';
import {
  countByCode,
  type FaceSelection,
  MANIFEST_NAMES,
  readManifest,
  rounded,
  type SwapFacesetManifest,
  type SwapManifest,
} from '@face-sets/manifests';
import { locateFacesets, readErasProbe } from '@face-sets/outputs';
import { reportEras } from './report-eras.js';
import type { ReportFace, ReportGroup, ReportMean, ReportModel, ReportProblem } from './report-model.js';
import { nobodyText } from './report-refine.js';
import { type Scores, scoreOfFace, scoresOf } from './report-scores.js';

/**
 * What the report of an `export-swap` output shows.
 *
 * @param out The folder of the output: each faceset has a manifest of its own.
 * @param cache Gives scores to the faces that were left out; those of the others are in the manifests.
 */
export async function swapReport(
  manifest: SwapManifest,
  out: string,
  cache?: CacheView,
): Promise<ReportModel> {
  const scores = scoresOf(cache, manifest.cache);
  const groups: ReportGroup[] = [];
  const problems: ReportProblem[] = [];
  const candidates = (manifest.candidates?.groups ?? []).map((group) => ({ ...group, status: 'candidates' }));
  const entries = [...manifest.facesets, ...(manifest.thin_eras ?? [])];
  // Owners rename the folders of facesets.
  const located = await locateFacesets(out, new Set(entries.map(({ folder }) => folder)));
  for (const { id, folder: recorded, status } of [...entries, ...candidates]) {
    const folder = located.get(id)?.folder ?? recorded;
    const path = join(out, folder, MANIFEST_NAMES['swap-faceset']);
    if (await isMissing(path)) {
      problems.push({ source: folder, message: `${id} is no longer there: export again to restore it` });
      continue;
    }
    const faceset = await readManifest(path, 'swap-faceset');
    const probe = await readErasProbe(out, faceset);
    groups.push({
      id,
      type: status === 'candidates' ? 'candidates' : 'person',
      items: 'face',
      folder,
      ...(status === 'ok' ? {} : { note: status }),
      ...(status === 'thin' ? { lacks: thinText(faceset) } : {}),
      files: [
        ...faceset.bundles.map(({ file, faces }) => ({
          label: `${file} (${faces})`,
          file: `${folder}/${file}`,
        })),
        ...faceset.exports.map(({ format, files }) => ({
          label: format,
          file: `${folder}/${placeOf(files)}`,
        })),
      ],
      ...(faceset.bundles.length > 0 ? { means: faceset.drift.selections.map(meanOf) } : {}),
      ...(probe ? { eras: reportEras(probe) } : {}),
      faces: [
        ...faceset.faces.map((face) => keptFace(face, folder, faceset)),
        ...faceset.rejected.map((face) => leftOut(face, scores)),
      ],
    });
  }
  for (const { id, rejected } of manifest.empty) {
    const faces = rejected.map((face) => leftOut(face, scores));
    groups.push({ id, type: 'person', items: 'face', note: 'empty', files: [], faces });
  }
  const alone = manifest.candidates?.rejected.map((face) => leftOut(face, scores)) ?? [];
  if (alone.length > 0) {
    const title = 'Alone, and no candidates';
    groups.push({ id: 'alone', title, type: 'rest', items: 'face', files: [], faces: alone });
  }
  const { outlier_threshold: limit } = manifest.options;
  return {
    kind: 'export-swap',
    title: 'Facesets',
    about: 'Crops for face-swapping tools, best first, and every face that was left out with the reason.',
    groups,
    nothing: await nothingText(manifest),
    problems,
    ...(manifest.embedding_files
      ? {
          files: manifest.embedding_files.map(({ file, facesets }) => ({
            label: `${file} (${facesets.length})`,
            file,
          })),
        }
      : {}),
    ...(typeof limit === 'number' ? { distanceLimit: limit } : {}),
  };
}

/** What to say where nobody has a faceset: who was near to one, if the refine manifest is still there. */
async function nothingText({ refine_manifest: { path, sha256 } }: SwapManifest): Promise<string[]> {
  try {
    if ((await fileSha256(path)) === sha256) return nobodyText(await readManifest(path, 'refine'));
  } catch {
    // It was only to be shown.
  }
  return ['No faceset: nobody has enough good photos.'];
}

/** How many faces a thin faceset has and wants, and why the others are not in it. */
function thinText({ faces, rejected, options, era_of }: SwapFacesetManifest): string {
  const wanted = era_of === undefined ? options.min_faces : options.min_era_faces;
  const has = typeof wanted === 'number' ? `${faces.length} of ${wanted} faces` : `${faces.length} faces`;
  const counts = Object.entries(countByCode(rejected.map(({ reason }) => reason)));
  if (counts.length === 0) return has;
  return `${has}; left out: ${counts.map(([code, count]) => `${code} ${count}`).join(', ')}`;
}

/** The file of a format, or the folder where there are several. */
function placeOf(files: readonly string[]): string {
  return files.length === 1 ? files[0] : (files[0]?.replace(/[^/]*$/, '') ?? '');
}

/** What a tool takes for the person from a bundle, in distances: there 0 is best, as in the plots. */
function meanOf({ name, ranks, mean_cosine, photo_cosine }: FaceSelection): ReportMean {
  const distance = (cosine: number) => rounded(Math.max(0, 1 - cosine), 4);
  return { name, faces: ranks.length, drift: distance(mean_cosine), photoDrift: distance(photo_cosine) };
}

function keptFace(
  face: SwapFacesetManifest['faces'][number],
  folder: string,
  { inputs_sha256: inputsSha256, drift: { selections }, bundles }: SwapFacesetManifest,
): ReportFace {
  const { sha256, source, aliases, bbox, det_score, rank, year, crop, parts } = face;
  const all = selections.find(({ select }) => select === 'all');
  const effect = all?.leave_one_out[all.ranks.indexOf(rank)];
  const small = selections.filter((selection) => selection !== all && selection.ranks.includes(rank));
  return {
    sha256,
    source,
    aliases,
    bbox,
    det_score,
    score: rounded(face.score, 4),
    parts,
    distance: rounded(face.distance, 4),
    rank,
    ...(year === undefined ? {} : { year }),
    method: crop.method,
    ...(crop.upscaled ? { enlarged: rounded(crop.scale, 1) } : {}),
    ...(bundles.length > 0 ? { bundles: small.map(({ name }) => name) } : {}),
    ...(effect === undefined ? {} : { effect }),
    file: `${folder}/${face.file}`,
    crop: `${inputsSha256}/${rank}`,
  };
}

/** Reasons whose value is the face's score. */
const SCORE_REASONS = ['near-duplicate', 'same-image', 'low-score'];

function leftOut(entry: SwapFacesetManifest['rejected'][number], scores: Scores): ReportFace {
  const { row, ...face } = entry;
  const { code, value } = face.reason;
  return {
    ...face,
    ...(code === 'outlier' && value !== undefined ? { distance: rounded(value, 4) } : {}),
    ...(SCORE_REASONS.includes(code) && value !== undefined ? { score: rounded(value, 4) } : {}),
    // What was merged in may be of another cache.
    ...(scores && isSameFace(scores, entry) ? scoreOfFace(scores, { row }) : {}),
  };
}
