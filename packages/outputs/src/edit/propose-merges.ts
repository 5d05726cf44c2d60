import { embeddingMatrix } from '@face-sets/cache-npz';
import { agglomerative, cosineDistance, matrixFrom, robustCentroid, takeRows } from '@face-sets/cluster';
import { OutputFolderError } from '@face-sets/files';
import type { ExportCache } from '@face-sets/fsz-export';
import { facesetNumber, rounded, rowsOfFaces } from '@face-sets/manifests';
import { type Collection, type CollectionFaceset, notInCache } from '../folders/collection.js';
import type { ConsolidateProposal, ConsolidateResult, ProposedFaceset } from './consolidate-result.js';
import { nearestPairs } from './faceset-evidence.js';

/**
 * Facesets whose centroids are near to each other, nearest first.
 *
 * @param only Looks at these only.
 * @throws OutputFolderError when one of `only` is not there.
 */
export async function findProposals(
  { out, facesets }: Collection,
  cache: ExportCache,
  threshold: number,
  only: readonly string[] | undefined,
): Promise<Pick<ConsolidateResult, 'proposals' | 'skipped'>> {
  for (const id of only ?? []) {
    if (facesets.some((one) => one.id === id && one.entry.era_of === undefined)) continue;
    throw new OutputFolderError(`${out} has no faceset ${id}`);
  }
  const skipped: ConsolidateResult['skipped'] = [];
  const known: { faceset: CollectionFaceset; rows: number[]; centroid: Float32Array }[] = [];
  for (const faceset of facesets) {
    const { id, entry, manifest, linked } = faceset;
    if (entry.era_of !== undefined || (only && !only.includes(id))) continue;
    const rows = rowsOfFaces(cache, manifest.faces);
    const { centroid } = robustCentroid(takeRows(embeddingMatrix(cache), rows));
    if (linked) skipped.push({ id, reason: 'its folder is a symbolic link' });
    else if (rows.length < manifest.faces.length)
      skipped.push({ id, reason: notInCache(faceset, rows.length) });
    else if (centroid.every((value) => value === 0))
      skipped.push({ id, reason: 'its embeddings have no usable mean' });
    else known.push({ faceset, rows, centroid });
  }
  const centroids = matrixFrom(
    known.map(({ centroid }) => centroid),
    cache.dim,
  );
  const labels =
    known.length > 1 ? await agglomerative(centroids, { threshold, linkage: 'complete' }) : new Int32Array(1);
  const groups = new Map<number, number[]>();
  known.forEach((_, i) => {
    groups.set(labels[i], [...(groups.get(labels[i]) ?? []), i]);
  });

  const proposals: ConsolidateProposal[] = [];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    group.sort((a, b) => compareSurvivors(known[a].faceset, known[b].faceset));
    const [keep, ...merge] = group;
    const between = (a: number, b: number) => cosineDistance(known[a].centroid, known[b].centroid);
    const distances = group.flatMap((a, i) => group.slice(i + 1).map((b) => between(a, b)));
    proposals.push({
      keep: proposed(known[keep].faceset),
      merge: merge.map((i) => proposed(known[i].faceset)),
      distance: rounded(Math.max(...distances), 6),
      evidence: merge.map((i) => ({
        id: known[i].faceset.id,
        distance: rounded(between(keep, i), 6),
        pairs: nearestPairs(cache, known[keep], known[i]),
      })),
      doubts: doubtsOf(group.map((i) => known[i].faceset)),
    });
  }
  proposals.sort((a, b) => a.distance - b.distance);
  return { proposals, skipped };
}

function isNamed({ id, name }: CollectionFaceset): boolean {
  return name !== id;
}

function compareSurvivors(a: CollectionFaceset, b: CollectionFaceset): number {
  return (
    Number(isNamed(b)) - Number(isNamed(a)) ||
    b.manifest.faces.length - a.manifest.faces.length ||
    facesetNumber(a.id) - facesetNumber(b.id)
  );
}

function proposed({ id, folder, name, manifest: { faces } }: CollectionFaceset): ProposedFaceset {
  const years = faces.flatMap(({ year }) => year ?? []);
  return {
    id,
    folder,
    name,
    faces: faces.length,
    years:
      years.length > 0
        ? [years.reduce((a, b) => Math.min(a, b)), years.reduce((a, b) => Math.max(a, b))]
        : null,
  };
}

/** Reasons why facesets may not be one person. */
function doubtsOf(group: readonly CollectionFaceset[]): string[] {
  const doubts: string[] = [];
  const named = group.filter(isNamed);
  if (new Set(named.map(({ name }) => name)).size > 1) {
    doubts.push(
      `they have different names: ${named.map(({ id, name }) => `${id} is ${JSON.stringify(name)}`).join(', ')}`,
    );
  }
  group.forEach((a, i) => {
    const boxes = new Map(a.manifest.faces.map((face) => [face.sha256, face]));
    for (const b of group.slice(i + 1)) {
      const together = b.manifest.faces.filter((face) => {
        const other = boxes.get(face.sha256);
        return other !== undefined && other.bbox.join() !== face.bbox.join();
      });
      if (together.length === 0) continue;
      doubts.push(
        `${a.id} and ${b.id} are both in ${together.length === 1 ? 'a photo' : `${together.length} photos`}, such as ${together[0].source}`,
      );
    }
  });
  return doubts;
}
