import type { CacheView } from './cache-view.js';
import { rounded } from './manifest-json.js';
import type { RefineManifest } from './refine-manifest.js';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';
import { scoreOfFace, scoresOf } from './report-scores.js';

/** What the report of a `refine` output shows. Scores are those of the cache, if there is one. */
export function refineReport(manifest: RefineManifest, cache?: CacheView): ReportModel {
  const scores = scoresOf(cache, manifest.cache);
  const groups: ReportGroup[] = manifest.facesets.map(({ id, folder, faces }) => ({
    id,
    type: 'person',
    items: 'face',
    folder,
    files: [],
    faces: faces.map(({ files, distance, quality, row, ...rest }): ReportFace => {
      const measured = { ...scoreOfFace(scores, { row }), distance: rounded(distance, 4) };
      return { ...rest, ...measured, file: files[0] };
    }),
  }));
  const rejected = manifest.rejected.map(({ row, ...face }): ReportFace => {
    const { code, value } = face.reason;
    const distance = code === 'outlier' && value !== undefined ? { distance: rounded(value, 4) } : {};
    return { ...face, ...scoreOfFace(scores, { row }), ...distance };
  });
  if (rejected.length > 0) {
    const title = 'In no faceset';
    groups.push({ id: 'rejected', title, type: 'rest', items: 'face', files: [], faces: rejected });
  }
  const { outlier_threshold: limit } = manifest.options;
  return {
    kind: 'refine',
    title: 'Refined people',
    about: 'People with enough good photos, and every face that was left out with the reason.',
    groups,
    problems: [
      ...manifest.image_errors.map(({ source, error }) => ({ source, message: error })),
      ...manifest.file_errors.map(({ source, message }) => ({ source, message })),
    ],
    ...(typeof limit === 'number' ? { distanceLimit: limit } : {}),
  };
}
