import { join } from 'node:path';
import { MANIFEST_NAMES, readManifest } from './manifest-file.js';
import { rounded } from './manifest-json.js';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';
import type { SwapFacesetManifest, SwapManifest } from './swap-manifest.js';

/**
 * What the report of an `export-swap` output shows.
 *
 * @param out The folder of the output: each faceset has a manifest of its own.
 */
export async function swapReport(manifest: SwapManifest, out: string): Promise<ReportModel> {
  const groups: ReportGroup[] = [];
  for (const { id, folder, status } of manifest.facesets) {
    const faceset = await readManifest(join(out, folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset');
    groups.push({
      id,
      type: 'person',
      items: 'face',
      folder,
      ...(status === 'thin' ? { note: 'thin' } : {}),
      files: faceset.bundles.map(({ file, faces }) => ({
        label: `${file} (${faces})`,
        file: `${folder}/${file}`,
      })),
      faces: [
        ...faceset.faces.map((face) => keptFace(face, folder, faceset.inputs_sha256)),
        ...faceset.rejected.map(leftOut),
      ],
    });
  }
  for (const { id, rejected } of manifest.empty) {
    const faces = rejected.map(leftOut);
    groups.push({ id, type: 'person', items: 'face', note: 'empty', files: [], faces });
  }
  const { outlier_threshold: limit } = manifest.options;
  return {
    kind: 'export-swap',
    title: 'Facesets',
    about: 'Crops for face-swapping tools, best first, and every face that was left out with the reason.',
    groups,
    problems: [],
    ...(typeof limit === 'number' ? { distanceLimit: limit } : {}),
  };
}

function keptFace(
  face: SwapFacesetManifest['faces'][number],
  folder: string,
  inputsSha256: string,
): ReportFace {
  const { sha256, source, aliases, bbox, det_score, rank, crop, parts } = face;
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
    method: crop.method,
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
