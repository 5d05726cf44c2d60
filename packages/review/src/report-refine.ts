import type { CacheView } from '@face-sets/cache-npz';
import { type RefineManifest, rounded } from '@face-sets/manifests';
import { lowerLimits, nearMisses, nearMissText } from '@face-sets/outputs';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';
import { problemsOf } from './report-problems.js';
import { scoreOfFace, scoresOf } from './report-scores.js';

/** So many people who are near to a faceset have a card of their own. */
const MOST_NEAR = 200;

/** What to say where nobody has a faceset. */
export function nobodyText(manifest: Pick<RefineManifest, 'facesets' | 'rejected'>): string[] {
  const [first] = nearMisses(manifest);
  if (!first) return ['No faceset: nobody has two good photos.'];
  const lower = lowerLimits(manifest).map(
    ({ minFaces, facesets }) =>
      `with a limit of ${minFaces} there would be ${facesets} ${facesets === 1 ? 'faceset' : 'facesets'}`,
  );
  return [
    `No faceset: nobody has ${first.needed} good photos.`,
    `The nearest has ${nearMissText(first)}.`,
    `Add photos, or lower the limit: ${lower.join(', ')}.`,
  ];
}

/** What the report of a `refine` output shows. Scores are those of the cache, if there is one. */
export function refineReport(manifest: RefineManifest, cache?: CacheView): ReportModel {
  const scores = scoresOf(cache, manifest.cache);
  const groups: ReportGroup[] = manifest.facesets.map(({ id, folder, faces }) => ({
    id,
    /* jscpd:ignore-start: a group as every report of people begins it; what is in it differs */
    type: 'person',
    items: 'face',
    folder,
    files: [],
    /* jscpd:ignore-end */
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
  const near = nearMisses(manifest).slice(0, MOST_NEAR);
  const shown = new Set<number>();
  for (const [i, person] of near.entries()) {
    for (const at of person.faces) shown.add(at);
    groups.push({
      id: `near_${String(i + 1).padStart(3, '0')}`,
      title: `Almost there ${i + 1}`,
      type: 'near',
      items: 'face',
      lacks: nearMissText(person),
      files: [],
      faces: person.faces.map((at) => rejected[at]),
    });
  }
  const others = rejected.filter((_, at) => !shown.has(at));
  if (others.length > 0) {
    const title = 'In no faceset';
    groups.push({ id: 'rejected', title, type: 'rest', items: 'face', files: [], faces: others });
  }
  const { outlier_threshold: limit } = manifest.options;
  return {
    kind: 'refine',
    title: 'Refined people',
    about: 'People with enough good photos, and every face that was left out with the reason.',
    groups,
    nothing: nobodyText(manifest),
    problems: problemsOf(manifest),
    ...(typeof limit === 'number' ? { distanceLimit: limit } : {}),
  };
}
