import { join } from 'node:path';
import { readErasProbe } from './eras-probe-file.js';
import { locateFacesets } from './faceset-folders.js';
import { MANIFEST_NAMES, readManifest } from './manifest-file.js';
import { rounded } from './manifest-json.js';
import { reportEras } from './report-eras.js';
import type { ReportFace, ReportGroup, ReportMean, ReportModel } from './report-model.js';
import type { FaceSelection, SwapFacesetManifest, SwapManifest } from './swap-manifest.js';

/**
 * What the report of an `export-swap` output shows.
 *
 * @param out The folder of the output: each faceset has a manifest of its own.
 */
export async function swapReport(manifest: SwapManifest, out: string): Promise<ReportModel> {
  const groups: ReportGroup[] = [];
  const candidates = (manifest.candidates?.groups ?? []).map((group) => ({ ...group, status: 'candidates' }));
  const entries = [...manifest.facesets, ...(manifest.thin_eras ?? [])];
  // Owners rename the folders of facesets.
  const located = await locateFacesets(out, new Set(entries.map(({ folder }) => folder)));
  for (const { id, folder: recorded, status } of [...entries, ...candidates]) {
    const folder = located.get(id)?.folder ?? recorded;
    const faceset = await readManifest(join(out, folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset');
    const probe = await readErasProbe(out, faceset);
    groups.push({
      id,
      type: status === 'candidates' ? 'candidates' : 'person',
      items: 'face',
      folder,
      ...(status === 'ok' ? {} : { note: status }),
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
        ...faceset.rejected.map(leftOut),
      ],
    });
  }
  for (const { id, rejected } of manifest.empty) {
    const faces = rejected.map(leftOut);
    groups.push({ id, type: 'person', items: 'face', note: 'empty', files: [], faces });
  }
  const alone = manifest.candidates?.rejected.map(leftOut) ?? [];
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
    problems: [],
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

function leftOut({ row: _, ...face }: SwapFacesetManifest['rejected'][number]): ReportFace {
  const { code, value } = face.reason;
  return {
    ...face,
    ...(code === 'outlier' && value !== undefined ? { distance: rounded(value, 4) } : {}),
    ...(code === 'same-image' && value !== undefined ? { score: rounded(value, 4) } : {}),
  };
}
