import { readFile } from 'node:fs/promises';
import { type Evaluation, evaluateClusters } from '@face-sets/cluster';
import { checkManifest, ManifestError } from '@face-sets/fsz-export';
import { Command } from 'commander';
import { Failure } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { capped, count, printResult } from '../result.js';
import { type JudgedFace, readTruth } from '../truth.js';

/** `face-sets evaluate MANIFEST --truth DIR|CSV`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('compare the people of a cluster or refine manifest with the truth')
    .argument('<manifest>', 'manifest.json of cluster, or refine_manifest.json of refine')
    .requiredOption('--truth <path>', 'folder with a folder per person, or CSV: path,person[,x,y]');
  return addCommonOptions(command).action(async (path: string, options: EvaluateOptions) => {
    const result = await evaluate(path, options.truth);
    printResult(result, evaluateLines(result), options);
  });
}

interface EvaluateOptions extends CommonOptions {
  truth: string;
}

/** A measure of a clustering by name, with the people and clusters that its numbers stand for. */
interface EvaluateResult extends Omit<Evaluation, 'merged' | 'split'> {
  /** Faces of the manifest about which the truth says nothing. */
  unknown: number;
  merged: { cluster: string; people: { person: string; faces: number }[]; wrongPairs: number }[];
  split: { person: string; clusters: { cluster: string; faces: number }[]; missedPairs: number }[];
}

async function evaluate(path: string, truthPath: string): Promise<EvaluateResult> {
  const { faces, clusters } = await facesOf(path);
  const truth = readTruth(truthPath);
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
    throw new Failure(`${truthPath} says nothing about any of the ${faces.length} faces of ${path}`);
  }
  const names = [...people.keys()];
  const clusterName = (cluster: number) => clusters[cluster] ?? 'alone';
  const { merged, split, ...measures } = evaluateClusters(labels, persons);
  return {
    ...measures,
    unknown: persons.filter((person) => person < 0).length,
    merged: merged.map((entry) => ({
      ...entry,
      cluster: clusterName(entry.cluster),
      people: entry.people.map((part) => ({ ...part, person: names[part.person]! })),
    })),
    split: split.map((entry) => ({
      ...entry,
      person: names[entry.person]!,
      clusters: entry.clusters.map((part) => ({ ...part, cluster: clusterName(part.cluster) })),
    })),
  };
}

/** The faces of a manifest, each with the number of its cluster; −1 where it is in none. */
async function facesOf(
  path: string,
): Promise<{ faces: { face: JudgedFace; cluster: number }[]; clusters: string[] }> {
  let value: { kind?: unknown };
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ManifestError(`${path} is not JSON: ${error.message}`);
    throw error;
  }
  if (value?.kind === 'refine') {
    const { facesets, rejected } = checkManifest(value, 'refine', path);
    return {
      clusters: facesets.map(({ id }) => id),
      faces: [
        ...facesets.flatMap(({ faces }, cluster) => faces.map((face) => ({ face, cluster }))),
        ...rejected.map((face) => ({ face, cluster: -1 })),
      ],
    };
  }
  const { people, singletons } = checkManifest(value, 'cluster', path);
  return {
    clusters: people.map(({ id }) => id),
    faces: [
      ...people.flatMap(({ faces }, cluster) => faces.map((face) => ({ face, cluster }))),
      ...singletons.map((face) => ({ face, cluster: -1 })),
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
    `${count(result.merged.length, 'cluster')} with several people, ${count(result.split.length, 'person', 'people')} in several clusters`,
    ...capped(
      result.merged.map(
        ({ cluster, people }) =>
          `  ${cluster}: ${people.map(({ person, faces }) => `${person} ${faces}`).join(', ')}`,
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
  ];
}
