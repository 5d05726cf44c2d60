import { type CacheView, cacheWith, embeddingMatrix } from '@face-sets/cache-npz';
import { centroidDistances } from '@face-sets/cluster';
import { type ClusterManifest, rounded } from '@face-sets/manifests';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';
import { problemsOf } from './report-problems.js';
import { scoreOfFace, scoresOf } from './report-scores.js';

/** What the report of a `cluster` output shows. Scores and distances are those of the cache, if there is one. */
export function clusterReport(manifest: ClusterManifest, cache?: CacheView): ReportModel {
  const scores = scoresOf(cache, manifest.cache);
  const distances = cache && distancesToPerson(manifest, cache);
  const face = (entry: ClusterManifest['singletons'][number]): ReportFace => {
    const { files, row, ...rest } = entry;
    return { ...rest, ...scoreOfFace(scores, entry), ...distanceOf(distances, row), file: files[0] };
  };
  const people: ReportGroup[] = manifest.people.map(({ id, folder, faces }) => ({
    id,
    type: 'person',
    items: 'face',
    folder,
    files: [],
    faces: faces.map(face),
  }));
  return {
    kind: 'cluster',
    title: 'People',
    about: 'Every photo by the people on it, before any judgment of quality.',
    groups: [
      ...people,
      ...rest('_singletons', 'Alone', 'face', manifest.singletons.map(face)),
      ...rest('_noface', 'Without a face', 'photo', manifest.noface.map(photo)),
    ],
    nothing: [
      manifest.singletons.length > 0
        ? 'No two faces are of one person: all are alone.'
        : 'No face was found in these photos.',
    ],
    problems: problemsOf(manifest),
  };
}

function rest(id: string, title: string, items: ReportGroup['items'], faces: ReportFace[]): ReportGroup[] {
  return faces.length > 0 ? [{ id, title, type: 'rest', items, folder: id, files: [], faces }] : [];
}

function photo({ files, ...rest }: ClusterManifest['noface'][number]): ReportFace {
  return { ...rest, file: files[0] };
}

/** Cosine distance of each row to the centroid of its person. */
function distancesToPerson(manifest: ClusterManifest, cache: CacheView): Float64Array {
  const labels = new Int32Array(cache.faceCount).fill(-1);
  manifest.people.forEach((person, label) => {
    for (const { row } of person.faces) labels[row] = label;
  });
  return centroidDistances(embeddingMatrix(cacheWith(cache, 'embedding')), labels);
}

function distanceOf(distances: Float64Array | undefined, row: number): Pick<ReportFace, 'distance'> {
  const distance = distances?.[row];
  return distance === undefined || Number.isNaN(distance) ? {} : { distance: rounded(distance, 4) };
}
