import { readFile } from 'node:fs/promises';
import { type Evaluation, evaluateClusters } from '@face-sets/cluster';
import {
  type ClusterManifest,
  checkManifest,
  ManifestError,
  type RefineManifest,
} from '@face-sets/manifests';
import type { StepOptions } from '../shared/context.js';
import { PipelineError } from '../shared/errors.js';
import { manifestAt } from '../shared/locate/locate-output.js';
import { type Sweep, sweepThresholds } from '../shared/sweep-thresholds.js';
import { type JudgedFace, readTruth } from '../shared/truth.js';

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends StepOptions {
  /** Folder with a folder per person, or CSV: `path,person[,x,y]`. */
  truth: string;
  /** Measure the result at these thresholds too. Default: only at that of the manifest. */
  sweep?: readonly number[] | undefined;
  /** For `sweep`: the cache. Default: the one that the manifest names. */
  cache?: string | undefined;
}

/** A measure of a clustering by name, with the people and clusters that its numbers stand for. */
export interface EvaluateResult extends Omit<Evaluation, 'merged' | 'split'> {
  /** Faces of the manifest about which the truth says nothing. */
  unknown: number;
  /** People who share a cluster with others. */
  peopleMerged: number;
  merged: {
    /** Its id; `unmatched` for a face that is in none. */
    cluster: string;
    people: { person: string; faces: number }[];
    wrongPairs: number;
    /** Faces that are not of the cluster's most frequent person. */
    strays: { person: string; source: string }[];
  }[];
  split: { person: string; clusters: { cluster: string; faces: number }[]; missedPairs: number }[];
  sweep?: SweepResult;
}

/** What each threshold would give. */
export interface SweepResult {
  cache: string;
  /** The one with the best pairwise F1; of equal ones that with the best BCubed F1, then the lowest. */
  best: number;
  /** The one that the manifest was made with. */
  manifest: number;
  thresholds: (Pick<Evaluation, 'pairwise' | 'bcubed' | 'nmi' | 'purity' | 'clusters'> & {
    threshold: number;
    /** Clusters with several people, and people in several clusters. */
    merged: number;
    split: number;
  })[];
}

/**
 * Compares a cluster or refine manifest with labels.
 *
 * @param out the manifest, its folder, or the OUT of a `run`, whose people are those of its raw clusters
 * @throws PipelineError where the truth says nothing about any face
 */
export async function evaluate(out: string, options: EvaluateOptions): Promise<EvaluateResult> {
  const path = judgedAt(out);
  const manifest = await readJudged(path);
  const { faces, clusters } = facesOf(manifest);
  const truth = readTruth(options.truth);
  const inPhoto = new Map<string, number>();
  for (const { face } of faces) inPhoto.set(face.source, (inPhoto.get(face.source) ?? 0) + 1);
  const people = new Map<string, number>();
  const labels = faces.map(({ cluster }) => cluster);
  const persons = faces.map(({ face }) => {
    const person = truth(face, inPhoto.get(face.source)!);
    if (person === null) return -1;
    if (!people.has(person)) people.set(person, people.size);
    return people.get(person)!;
  });
  if (people.size === 0) {
    throw new PipelineError(
      `${options.truth} says nothing about any of the ${faces.length} faces of ${path}`,
    );
  }
  const names = [...people.keys()];
  const clusterName = (cluster: number) => clusters[cluster] ?? 'unmatched';
  const { merged, split, ...measures } = evaluateClusters(labels, persons);
  const strays = (cluster: number, main: number) =>
    faces.flatMap(({ face }, i) =>
      labels[i] === cluster && persons[i]! >= 0 && persons[i] !== main
        ? [{ person: names[persons[i]!]!, source: face.source }]
        : [],
    );
  const result: EvaluateResult = {
    ...measures,
    unknown: persons.filter((person) => person < 0).length,
    peopleMerged: new Set(merged.flatMap((entry) => entry.people.map(({ person }) => person))).size,
    merged: merged.map((entry) => ({
      ...entry,
      cluster: clusterName(entry.cluster),
      people: entry.people.map((part) => ({ ...part, person: names[part.person]! })),
      strays: strays(entry.cluster, entry.people[0]!.person),
    })),
    split: split.map((entry) => ({
      ...entry,
      person: names[entry.person]!,
      clusters: entry.clusters.map((part) => ({ ...part, cluster: clusterName(part.cluster) })),
    })),
  };
  if (!options.sweep) return result;
  const sweep = await sweepThresholds(manifest, options.sweep, options);
  const rows = faces.map(({ face }) => face.row);
  return { ...result, sweep: judgeSweep(sweep, rows, persons) };
}

function judgeSweep(sweep: Sweep, rows: readonly number[], persons: readonly number[]): SweepResult {
  const thresholds = sweep.thresholds.map((threshold, i) => {
    const labels = rows.map((row) => sweep.labels[i]![row]!);
    const { merged, split, pairwise, bcubed, nmi, purity, clusters } = evaluateClusters(labels, persons);
    return { threshold, pairwise, bcubed, nmi, purity, clusters, merged: merged.length, split: split.length };
  });
  const best = thresholds.reduce((a, b) =>
    b.pairwise.f1 > a.pairwise.f1 || (b.pairwise.f1 === a.pairwise.f1 && b.bcubed.f1 > a.bcubed.f1) ? b : a,
  );
  return { cache: sweep.cache, best: best.threshold, manifest: sweep.own, thresholds };
}

/** The manifest that is judged: of the OUT of a `run`, which has both, that of the raw clusters. */
function judgedAt(path: string): string {
  const raw = manifestAt('cluster', path);
  return raw === path ? manifestAt('refine', path) : raw;
}

/** Reads a manifest of one of the kinds that can be judged. */
async function readJudged(path: string): Promise<ClusterManifest | RefineManifest> {
  let value: { kind?: unknown };
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ManifestError(`${path} is not JSON: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw new ManifestError(
        `${path} is a folder, expected the manifest in it: manifest.json of cluster, or refine_manifest.json of refine`,
      );
    }
    throw error;
  }
  return value?.kind === 'refine'
    ? checkManifest(value, 'refine', path)
    : checkManifest(value, 'cluster', path);
}

/** A face of a manifest. */
type ManifestFace = JudgedFace & { row: number };

/** The faces of a manifest, each with the number of its cluster; −1 where it is in none. */
function facesOf(manifest: ClusterManifest | RefineManifest): {
  faces: { face: ManifestFace; cluster: number }[];
  clusters: string[];
} {
  const [groups, others] =
    manifest.kind === 'refine'
      ? [manifest.facesets, manifest.rejected]
      : [manifest.people, manifest.singletons];
  return {
    clusters: groups.map(({ id }) => id),
    faces: [
      ...groups.flatMap(({ faces }, cluster) => (faces as ManifestFace[]).map((face) => ({ face, cluster }))),
      ...(others as ManifestFace[]).map((face) => ({ face, cluster: -1 })),
    ],
  };
}
