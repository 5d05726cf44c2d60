/**
 * What the preference for two people in one image does, beside other ways to have it, on generated photos. After
 * `npm run build`: node packages/cluster/bench/constraints.mjs [--sets 3] [--threshold 0.55]
 *
 * Families of 2 to 5 people whose faces resemble each other (`kin` is the share of a face that a family has in common) are
 * photographed 1 to 4 together. 0.7 % of the faces come with a mirror image of themselves, 0.5 % of the photos are
 * collages that show someone in two shots. Prints BCubed F1, the mean over the sets.
 */
import { parseArgs } from 'node:util';
import { agglomerative, evaluateClusters } from '../dist/index.js';
import { ClusterConflicts } from '../dist/linkage/cluster-conflicts.js';
import { gaussianFrom, seeded } from './faces.mjs';

const COLS = 128;
const { values } = parseArgs({
  options: { sets: { type: 'string', default: '3' }, threshold: { type: 'string', default: '0.55' } },
});
const threshold = Number(values.threshold);
const { penalty } = ClusterConflicts.prototype;

/** Ways to make conflicts count. */
const METHODS = {
  none: null,
  'any conflict is a veto': function (a, b) {
    return this.counts[a]?.get(b) ? Infinity : 0;
  },
  'mean over all pairs': function (a, b) {
    return (this.strength * (this.counts[a]?.get(b) ?? 0)) / (this.faces[a] * this.faces[b]);
  },
  'share of the smaller cluster (ours)': penalty,
};

function photos(seed, noise, kin) {
  const random = seeded(seed);
  const gaussian = gaussianFrom(random);
  const scale = 1 / Math.sqrt(COLS);
  const direction = () => Array.from({ length: COLS }, () => gaussian() * scale);
  const near = (vector, strength) => vector.map((value) => value + strength * scale * gaussian());
  let people = 0;
  const families = Array.from({ length: 40 }, () => {
    const common = direction();
    return Array.from({ length: 2 + Math.floor(random() * 4) }, () => {
      const own = direction();
      const face = common.map((value, k) => Math.sqrt(kin) * value + Math.sqrt(1 - kin) * own[k]);
      return { name: people++, face };
    });
  });
  const rows = [];
  const truth = [];
  const imageIndex = [];
  for (let image = 0; image < 1400; image++) {
    const family = families[Math.floor(families.length * random() ** 2)];
    const count = 1 + Math.floor(random() * Math.min(4, family.length));
    const present = family
      .map((person) => [random(), person])
      .sort(([a], [b]) => a - b)
      .slice(0, count);
    for (const [, { name, face }] of present) {
      const shot = () => near(face, noise * Math.exp(0.3 * gaussian()));
      const shots = [shot()];
      const dice = random();
      if (dice < 0.007) shots.push(near(shots[0], 0.15 + 0.35 * random()));
      else if (dice < 0.012) shots.push(shot());
      for (const vector of shots) {
        rows.push(vector);
        truth.push(name);
        imageIndex.push(image);
      }
    }
  }
  return {
    matrix: { data: Float32Array.from(rows.flat()), rows: rows.length, cols: COLS },
    truth,
    imageIndex,
  };
}

for (const [noise, kin] of [
  [0.55, 0.5],
  [0.65, 0.5],
  [0.65, 0.6],
  [0.75, 0.6],
  [0.9, 0.3],
]) {
  console.log(`noise ${noise}, kin ${kin}`);
  const sets = Array.from({ length: Number(values.sets) }, (_, i) => photos(i + 1, noise, kin));
  for (const [name, method] of Object.entries(METHODS)) {
    ClusterConflicts.prototype.penalty = method ?? penalty;
    let sum = 0;
    for (const { matrix, truth, imageIndex } of sets) {
      const constraints = method ? { imageIndex } : undefined;
      sum += evaluateClusters(await agglomerative(matrix, { threshold, constraints }), truth).bcubed.f1;
    }
    console.log(`  ${name.padEnd(36)} ${(sum / sets.length).toFixed(4)}`);
  }
}
