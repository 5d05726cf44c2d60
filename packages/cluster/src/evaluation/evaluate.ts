import { InvalidArgumentError } from '../invalid-argument.js';

/** How much of what was found is right, how much of what is right was found, and their harmonic mean. */
export interface PrecisionRecall {
  precision: number;
  recall: number;
  f1: number;
}

/** A cluster that holds faces of several people. */
export interface MergedCluster {
  cluster: number;
  /** People in it, most faces first. */
  people: { person: number; faces: number }[];
  /** Pairs of faces in it that are of different people. */
  wrongPairs: number;
}

/** A person whose faces are in several clusters. */
export interface SplitPerson {
  person: number;
  /** Clusters with faces of the person, most faces first; a face in no cluster counts as a cluster -1 of its own. */
  clusters: { cluster: number; faces: number }[];
  /** Pairs of the person's faces that are in different clusters. */
  missedPairs: number;
}

export interface Evaluation {
  /** Faces whose person is known. */
  faces: number;
  people: number;
  /** Clusters with such a face; faces in no cluster are one each. */
  clusters: number;
  /** Over pairs of faces: those together in a cluster against those of one person. */
  pairwise: PrecisionRecall;
  /**
   * Over faces: of each one's cluster, the share that is the same person; of its person, the share in the cluster
   * (Bagga and Baldwin, "Algorithms for scoring coreference chains", 1998).
   */
  bcubed: PrecisionRecall;
  /** Mutual information of clusters and people over the mean of their entropies, 0 to 1. */
  nmi: number;
  /** Share of the faces that are of their cluster's most frequent person. */
  purity: number;
  /** Clusters with several people, most wrong pairs first. */
  merged: MergedCluster[];
  /** People in several clusters, most missed pairs first. */
  split: SplitPerson[];
}

/**
 * Compares a clustering with the truth. Where there is nothing to be wrong about (no pairs, a single cluster and
 * person), a measure is 1.
 *
 * @param labels cluster of each face; a face with a negative label is in none, that is, in one of its own
 * @param truth  person of each face; faces with a negative number, whose person is not known, do not count
 * @throws {InvalidArgumentError} where the two have different lengths
 */
export function evaluateClusters(labels: ArrayLike<number>, truth: ArrayLike<number>): Evaluation {
  if (labels.length !== truth.length) {
    throw new InvalidArgumentError(
      `${labels.length} labels for ${truth.length} faces with a truth: expected one for each`,
    );
  }
  // faces in common, by cluster and person
  const byCluster = new Map<number, Map<number, number>>();
  let apart = -1;
  let faces = 0;
  for (let face = 0; face < labels.length; face++) {
    if (truth[face] < 0) continue;
    faces++;
    const cluster = labels[face] < 0 ? apart-- : labels[face];
    const people = byCluster.get(cluster) ?? new Map<number, number>();
    byCluster.set(cluster, people.set(truth[face], (people.get(truth[face]) ?? 0) + 1));
  }
  const byPerson = new Map<number, Map<number, number>>();
  for (const [cluster, people] of byCluster) {
    for (const [person, count] of people) {
      const clusters = byPerson.get(person) ?? new Map<number, number>();
      byPerson.set(person, clusters.set(cluster, count));
    }
  }
  const clusterSize = new Map([...byCluster].map(([cluster, people]) => [cluster, total(people)]));
  const personSize = new Map([...byPerson].map(([person, clusters]) => [person, total(clusters)]));

  let together = 0;
  let precision = 0;
  let recall = 0;
  let information = 0;
  let purest = 0;
  for (const [cluster, people] of byCluster) {
    const size = clusterSize.get(cluster)!;
    purest += Math.max(...people.values());
    for (const [person, count] of people) {
      const all = personSize.get(person)!;
      together += pairs(count);
      precision += (count * count) / size;
      recall += (count * count) / all;
      information += (count / faces) * Math.log((count * faces) / (size * all));
    }
  }
  const found = sum([...clusterSize.values()].map(pairs));
  const right = sum([...personSize.values()].map(pairs));
  const entropies = (entropy(clusterSize.values(), faces) + entropy(personSize.values(), faces)) / 2;
  return {
    faces,
    people: byPerson.size,
    clusters: byCluster.size,
    pairwise: precisionRecall(ratio(together, found), ratio(together, right)),
    bcubed: precisionRecall(ratio(precision, faces), ratio(recall, faces)),
    nmi: entropies > 0 ? Math.max(0, Math.min(1, information / entropies)) : 1,
    purity: ratio(purest, faces),
    merged: [...byCluster]
      .filter(([, people]) => people.size > 1)
      .map(([cluster, people]) => ({
        cluster,
        people: [...people]
          .map(([person, count]) => ({ person, faces: count }))
          .sort((a, b) => b.faces - a.faces),
        wrongPairs: pairs(total(people)) - sum([...people.values()].map(pairs)),
      }))
      .sort((a, b) => b.wrongPairs - a.wrongPairs || a.cluster - b.cluster),
    split: [...byPerson]
      .filter(([, clusters]) => clusters.size > 1)
      .map(([person, clusters]) => ({
        person,
        clusters: [...clusters]
          .map(([cluster, count]) => ({ cluster: Math.max(-1, cluster), faces: count }))
          .sort((a, b) => b.faces - a.faces),
        missedPairs: pairs(total(clusters)) - sum([...clusters.values()].map(pairs)),
      }))
      .sort((a, b) => b.missedPairs - a.missedPairs || a.person - b.person),
  };
}

const pairs = (count: number) => (count * (count - 1)) / 2;
const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
const total = (counts: Map<number, number>) => sum([...counts.values()]);
const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 1);

function precisionRecall(precision: number, recall: number): PrecisionRecall {
  const both = precision + recall;
  return { precision, recall, f1: both > 0 ? (2 * precision * recall) / both : 0 };
}

function entropy(sizes: Iterable<number>, all: number): number {
  let bits = 0;
  for (const size of sizes) bits -= (size / all) * Math.log(size / all);
  return bits;
}
