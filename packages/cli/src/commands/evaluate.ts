import { readFile } from 'node:fs/promises';
import { type Evaluation, evaluateClusters } from '@face-sets/cluster';
import {
  type ClusterManifest,
  checkManifest,
  ManifestError,
  type RefineManifest,
} from '@face-sets/manifests';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { Failure, UsageError } from '../failure.js';
import { manifestAt } from '../locate-output.js';
import { addCommonOptions, type CommonOptions, cosineDistance } from '../options.js';
import { capped, count, printResult } from '../result.js';
import { type Sweep, sweepThresholds } from '../sweep-thresholds.js';
import { type JudgedFace, readTruth } from '../truth.js';

/** `face-sets evaluate MANIFEST --truth DIR|CSV`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('compare the people of a cluster or refine manifest with the truth')
    .argument(
      '<manifest>',
      'manifest.json of cluster, or refine_manifest.json of refine, or its folder',
      judged,
    )
    .requiredOption('--truth <path>', 'folder with a folder per person, or CSV: path,person[,x,y]');
  command
    .option(
      '--sweep [from:to:step]',
      'measure what other thresholds would give (default when given without a value: "0.3:0.8:0.05")',
      thresholdRange,
    )
    .option('--cache <file>', 'for --sweep: the cache (default: the one that the manifest names)', cacheName);
  return addCommonOptions(command).action(async (path: string, options: EvaluateOptions) => {
    if (options.cache && !options.sweep) throw new UsageError('--cache is for --sweep, which is missing');
    const result = await evaluate(path, options);
    printResult(result, evaluateLines(result), options);
  });
}

interface EvaluateOptions extends CommonOptions {
  truth: string;
  /** `true` when given without a value. */
  sweep?: number[] | true;
  cache?: string;
}

/** The people of a `run` are those of its raw clusters. */
function judged(path: string): string {
  const raw = manifestAt('cluster', path);
  return raw === path ? manifestAt('refine', path) : raw;
}

/** `0.3:0.8:0.05`: from, to (inclusive) and step; at most a thousand. */
function thresholdRange(text: string): number[] {
  const parts = text.split(':').map(cosineDistance);
  const [from, to, step] = parts;
  if (parts.length !== 3 || !(from! <= to!) || !(step! > 0) || (to! - from!) / step! > 1000) {
    throw new InvalidArgumentError('expected from:to:step such as 0.3:0.8:0.05, with at most 1,000 steps.');
  }
  const steps = Math.floor((to! - from!) / step! + 1e-9) + 1;
  return Array.from({ length: steps }, (_, i) => Number((from! + i * step!).toFixed(6)));
}

const DEFAULT_SWEEP = thresholdRange('0.3:0.8:0.05');

/** A measure of a clustering by name, with the people and clusters that its numbers stand for. */
interface EvaluateResult extends Omit<Evaluation, 'merged' | 'split'> {
  /** Faces of the manifest about which the truth says nothing. */
  unknown: number;
  /** People who share a cluster with others. */
  peopleMerged: number;
  merged: {
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
interface SweepResult {
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

async function evaluate(path: string, options: EvaluateOptions): Promise<EvaluateResult> {
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
    throw new Failure(`${options.truth} says nothing about any of the ${faces.length} faces of ${path}`);
  }
  const names = [...people.keys()];
  const clusterName = (cluster: number) => clusters[cluster] ?? 'alone';
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
  const thresholds = options.sweep === true ? DEFAULT_SWEEP : options.sweep;
  const sweep = await sweepThresholds(manifest, thresholds, options);
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

function evaluateLines(result: EvaluateResult): string[] {
  const { pairwise, bcubed } = result;
  const percent = (value: number) => `${(100 * value).toFixed(2).padStart(6)} %`;
  return [
    `${count(result.faces, 'face')} of ${count(result.people, 'person', 'people')} in ${count(result.clusters, 'cluster')}; ` +
      `the truth does not say who is on ${result.unknown} others`,
    '',
    '            precision     recall         F1',
    `pairwise     ${percent(pairwise.precision)}   ${percent(pairwise.recall)}   ${percent(pairwise.f1)}`,
    `BCubed       ${percent(bcubed.precision)}   ${percent(bcubed.recall)}   ${percent(bcubed.f1)}`,
    `NMI ${result.nmi.toFixed(4)}   purity ${result.purity.toFixed(4)}`,
    '',
    `${count(result.merged.length, 'cluster')} with several people (${result.peopleMerged} in all), ` +
      `${count(result.split.length, 'person', 'people')} in several clusters` +
      (result.merged.length + result.split.length > 0 ? '; the worst first:' : ''),
    ...capped(
      result.merged.map(
        ({ cluster, people }) =>
          `  ${cluster}: ${people.map(({ person, faces }) => `${person} ${faces}`).join(', ')}`,
      ),
      10,
    ),
    ...capped(
      result.merged.flatMap(({ cluster, strays }) =>
        strays.slice(0, 3).map(({ person, source }) => `    ${person} in ${cluster}: ${source}`),
      ),
      10,
    ),
    ...capped(
      result.split.map(
        ({ person, clusters }) =>
          `  ${person}: ${clusters.map(({ cluster, faces }) => `${cluster} ${faces}`).join(', ')}`,
      ),
      10,
    ),
    ...(result.sweep ? ['', ...sweepLines(result.sweep)] : []),
  ];
}

function sweepLines({ thresholds, best, manifest }: SweepResult): string[] {
  const percent = (value: number) => (100 * value).toFixed(2).padStart(7);
  return [
    '           ------ pairwise, % ------   BCubed',
    'threshold  precision  recall      F1     F1 %     NMI  purity  clusters',
    ...thresholds.map(({ threshold, pairwise, bcubed, nmi, purity, clusters }) =>
      [
        String(threshold).padEnd(9),
        ` ${percent(pairwise.precision)}`,
        `${percent(pairwise.recall)}`,
        `${percent(pairwise.f1)}`,
        `${percent(bcubed.f1)}`,
        nmi.toFixed(4),
        purity.toFixed(4),
        String(clusters).padStart(8),
        [threshold === best && '← best', threshold === manifest && '← the manifest']
          .filter(Boolean)
          .join(' '),
      ]
        .join('  ')
        .trimEnd(),
    ),
  ];
}
