import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';
import { goldenCache } from '../golden-cache.js';
import { groupPhotos } from '../group-photos.js';

const photos = sharedPath('photos');
const golden = sharedPath('goldens', 'insightface', 'golden.json');

describe('face-sets calibrate', () => {
  it('needs no labels, leaves mirrors out, and uses the near-duplicates of dedup where there are some', async () => {
    const dir = tempDir('group-photos');
    const cache = join(dir, 'faces.npz');
    await groupPhotos(cache, 200);
    const text = await faceSets(['calibrate', cache]);
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toMatch(
      /^Suggested threshold for drawn: 0\.\d{3} \(0\.\d{3} to 0\.\d{3}, 90 % interval/,
    );
    expect(text.stdout).toMatch(/^Left out: 10 pairs that look like one person twice in a photo/m);
    expect(text.stdout).toMatch(/faces\.npz\.\d*[02468]0?\.jpg$/m);
    expect(text.stdout).toMatch(
      /^Skipped: 300 pairs of files saved moments apart: most show different people/m,
    );
    const { pairs, doubts, duplicates } = JSON.parse((await faceSets(['calibrate', cache, '--json'])).stdout);
    expect(doubts).toEqual([]);
    expect(duplicates).toBe(null);
    expect(pairs.different).toBe(590);
    // the file times pretend bursts, and the faces say that they are none
    expect(pairs.same).toBe(0);

    await faceSets(['dedup', cache, '--quiet']);
    const after = JSON.parse((await faceSets(['calibrate', cache, '--json'])).stdout);
    expect(after).toMatchObject({ duplicates: `${cache}.duplicates.json`, outdatedDuplicates: null });

    const grown = join(dir, 'grown.npz');
    await groupPhotos(grown, 201);
    copyFileSync(`${cache}.duplicates.json`, `${grown}.duplicates.json`);
    expect((await faceSets(['calibrate', grown])).stdout).toMatch(
      /^Not used: .*grown\.npz\.duplicates\.json, as the cache has changed since; run dedup again$/m,
    );
  });

  it('says in one line what is missing in a library without group photos, and what is wrong with an option', async () => {
    const dir = tempDir('calibrate');
    const cache = join(dir, 'faces.npz');
    const library = await toyLibrary('small');
    await faceSets(['embed', library.dir, cache, '--models', await toyModels(), '--exclude', '**/group*']);
    for (const [args, code, message] of [
      [[cache], 1, /pairs of different people are too few to calibrate with, expected 10 or more/],
      [[cache, '--false-match-rate', '0'], 2, /between 0 and 0\.5/],
      [[join(dir, 'gone.npz')], 1, /gone\.npz/],
    ] as const) {
      const found = await faceSets(['calibrate', ...args]);
      expect(found.code, found.stderr).toBe(code);
      expect(found.stderr).toMatch(message);
      expect(found.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe.skipIf(!photos || !golden)('face-sets calibrate on real photos (needs the shared photos)', () => {
  const dir = tempDir('calibrate-photos');
  const cache = join(dir, 'faces.npz');
  const truth = join(photos ?? '', 'people');
  let threshold: number;

  beforeAll(async () => {
    await goldenCache(photos!, golden!, cache);
  });

  it('suggests a threshold with its expected error, as text, JSON and a plot', async () => {
    const [out, plot] = [join(dir, 'calibration.json'), join(dir, 'calibration.svg')];
    const { code, stdout, stderr } = await faceSets(['calibrate', cache, '--out', out, '--plot', plot]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Suggested threshold for mobilefacenet: 0\.\d{3}/);
    expect(stdout).toMatch(/^Expected error: 0\.10 % of the pairs of different people/m);
    const json = JSON.parse(readFileSync(out, 'utf8'));
    threshold = json.suggested.threshold;
    console.log(
      `suggested ${threshold.toFixed(3)} (${json.interval.map((t: number) => t.toFixed(3))})`,
      json.pairs,
    );
    expect(json.curve.length).toBeGreaterThan(50);
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toContain(`Suggested threshold ${threshold.toFixed(3)}`);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toMatch(/NaN|undefined|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    if (process.platform !== 'win32') {
      for (const path of [out, plot]) expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    const printed = await faceSets(['calibrate', cache, '--json']);
    expect({ schema_version: 1, kind: 'calibration', ...JSON.parse(printed.stdout) }).toEqual(json);
  });

  it('says that so few pairs cannot be trusted', async () => {
    const { stdout } = await faceSets(['calibrate', cache]);
    expect(stdout).toMatch(
      /Do not trust it:\n {2}only \d+ pairs of different people in 6 photos, expected at least/,
    );
  });

  it('suggests a threshold at which evaluate gives a pairwise F1 of 0.98 or more', async () => {
    const raw = join(dir, 'raw');
    await faceSets(['cluster', cache, raw, '--threshold', String(threshold), '--quiet']);
    const { stdout } = await faceSets(['evaluate', join(raw, 'manifest.json'), '--truth', truth, '--json']);
    const { pairwise, bcubed } = JSON.parse(stdout);
    console.log(
      `at ${threshold.toFixed(3)}: pairwise F1 ${pairwise.f1.toFixed(4)}, BCubed F1 ${bcubed.f1.toFixed(4)}`,
    );
    expect(pairwise.f1).toBeGreaterThanOrEqual(0.98);
    expect(bcubed.f1).toBeGreaterThanOrEqual(0.98);
  });

  describe('evaluate --sweep', () => {
    const manifest = join(dir, 'swept', 'manifest.json');
    beforeAll(async () => {
      await faceSets(['cluster', cache, join(dir, 'swept'), '--threshold', '0.47', '--quiet']);
    });

    it('gives for every threshold what cluster and evaluate give at it', async () => {
      const args = ['evaluate', manifest, '--truth', truth, '--sweep', '0.4:0.7:0.1', '--json'];
      const { stdout, stderr } = await faceSets(args);
      expect(stderr).toBe('');
      const { sweep, pairwise, bcubed, nmi, purity, clusters } = JSON.parse(stdout);
      expect(sweep.thresholds.map((row: { threshold: number }) => row.threshold)).toEqual([
        0.4, 0.47, 0.5, 0.6, 0.7,
      ]);
      expect(sweep.manifest).toBe(0.47);
      expect(sweep.thresholds[1]).toMatchObject({ pairwise, bcubed, nmi, purity, clusters });
      for (const i of [0, 4]) {
        const { threshold, merged, split, nmi: information, ...expected } = sweep.thresholds[i];
        const out = join(dir, `at-${threshold}`);
        // A collection that knows nobody yet.
        const fresh = join(dir, `at-${threshold}.npz`);
        copyFileSync(cache, fresh);
        await faceSets(['cluster', fresh, out, '--threshold', String(threshold), '--quiet']);
        const alone = await faceSets(['evaluate', join(out, 'manifest.json'), '--truth', truth, '--json']);
        const judged = JSON.parse(alone.stdout);
        expect(judged).toMatchObject(expected);
        // It adds up logarithms, in the order of the clusters.
        expect(judged.nmi).toBeCloseTo(information, 12);
        expect([judged.merged.length, judged.split.length]).toEqual([merged, split]);
      }
      const best = Math.max(...sweep.thresholds.map((row: { pairwise: { f1: number } }) => row.pairwise.f1));
      const marked = sweep.thresholds.find((row: { threshold: number }) => row.threshold === sweep.best);
      expect(marked.pairwise.f1).toBe(best);
    });

    it('marks the best threshold and that of the manifest in a table', async () => {
      const { stdout } = await faceSets(['evaluate', manifest, '--truth', truth, '--sweep']);
      const rows = stdout.split('\n').filter((line) => /^0\.\d+ +\d/.test(line));
      expect(rows).toHaveLength(12);
      expect(rows.filter((row) => row.includes('← best'))).toHaveLength(1);
      expect(rows.find((row) => row.includes('← the manifest'))).toMatch(/^0\.47 /);
    });

    it('goes through the first threshold of refine', async () => {
      const out = join(dir, 'refined');
      const fresh = join(dir, 'refined.npz');
      copyFileSync(cache, fresh);
      await faceSets(['refine', fresh, out, '--min-faces', '3', '--min-short', '40', '--quiet']);
      const refined = join(out, 'refine_manifest.json');
      const args = ['evaluate', refined, '--truth', truth, '--sweep', '0.3:0.6:0.1', '--json'];
      const { sweep, pairwise, bcubed, clusters } = JSON.parse((await faceSets(args)).stdout);
      const own = sweep.thresholds.find((row: { threshold: number }) => row.threshold === 0.55);
      expect(own).toMatchObject({ pairwise, bcubed, clusters });
      expect(new Set(sweep.thresholds.map((row: { clusters: number }) => row.clusters)).size).toBeGreaterThan(
        1,
      );
    });

    it('says in one line where the cache is missing, another one, or of no use', async () => {
      const moved = join(dir, 'moved.npz');
      await goldenCache(photos!, golden!, moved);
      expect(
        (await faceSets(['evaluate', manifest, '--truth', truth, '--sweep', '--cache', moved])).code,
      ).toBe(0);
      const other = join(dir, 'other.npz');
      await faceSets(['merge', cache, other]);
      const dense = join(dir, 'dense');
      await faceSets(['cluster', cache, dense, '--algorithm', 'hdbscan', '--min-cluster-size', '3']);
      for (const [args, code, message] of [
        [
          [manifest, '--sweep', '--cache', join(dir, 'gone.npz')],
          1,
          /gone\.npz is not there; say where it is with --cache/,
        ],
        [[manifest, '--sweep', '--cache', other], 1, /is not the cache that the manifest was made from/],
        [[manifest, '--cache', cache], 2, /--cache is for --sweep/],
        [[manifest, '--sweep', '0.6:0.5:0.1'], 2, /expected from:to:step/],
        [[join(dense, 'manifest.json'), '--sweep'], 2, /hdbscan.*has none/],
      ] as const) {
        const found = await faceSets(['evaluate', ...args, '--truth', truth]);
        expect(found.code, found.stderr).toBe(code);
        expect(found.stderr).toMatch(message);
        expect(found.stderr.trim().split('\n')).toHaveLength(1);
      }
    });
  });
});
