import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';

const people = sharedPath('photos', 'people');
const models = sharedPath('models');

describe('face-sets evaluate', () => {
  const dir = tempDir('evaluate');
  const manifest = join(dir, 'raw', 'manifest.json');
  let photos: string;
  let csv: string;

  beforeAll(async () => {
    const library = await toyLibrary('small');
    photos = library.dir;
    csv = join(dir, 'truth.csv');
    const middle = (bbox: readonly number[]) => [(bbox[0]! + bbox[2]!) / 2, (bbox[1]! + bbox[3]!) / 2].join();
    const lines = library.photos.flatMap((photo) =>
      photo.faces.map(({ person, bbox }) => `"${join(photos, photo.path)}",${person},${middle(bbox)}`),
    );
    writeFileSync(csv, `path,person,x,y\r\n${lines.join('\r\n')}\r\n`);
    await faceSets(['embed', photos, join(dir, 'faces.npz'), '--models', await toyModels()]);
    await faceSets(['cluster', join(dir, 'faces.npz'), join(dir, 'raw'), '--merge-threshold', '0']);
  });

  it('finds a right clustering right, faces of group photos included', async () => {
    const { code, stdout } = await faceSets(['evaluate', manifest, '--truth', csv, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ unknown: 0, people: 3, clusters: 3, merged: [], split: [] });
    expect(JSON.parse(stdout).pairwise).toEqual({ precision: 1, recall: 1, f1: 1 });
    const text = await faceSets(['evaluate', manifest, '--truth', csv]);
    expect(text.stdout).toMatch(
      /^0 clusters with several people \(0 in all\), 0 people in several clusters$/m,
    );
  });

  it('names what is merged and what is split', async () => {
    const cache = join(dir, 'others.npz');
    copyFileSync(join(dir, 'faces.npz'), cache);
    await faceSets(['cluster', cache, join(dir, 'one'), '--threshold', '2']);
    const one = await faceSets(['evaluate', join(dir, 'one', 'manifest.json'), '--truth', csv]);
    expect(one.stdout).toMatch(/^ {2}person_001: \S+ \d+, \S+ \d+, \S+ \d+$/m);
    await faceSets(['cluster', cache, join(dir, 'none'), '--threshold', '0', '--merge-threshold', '0']);
    const none = await faceSets(['evaluate', join(dir, 'none', 'manifest.json'), '--truth', csv, '--json']);
    expect(JSON.parse(none.stdout).pairwise.precision).toBe(1);
    expect(JSON.parse(none.stdout).split).toHaveLength(3);
  });

  it('tries other thresholds with --sweep', async () => {
    const args = ['evaluate', manifest, '--truth', csv, '--sweep', '0:2:0.5'];
    const { sweep, pairwise } = JSON.parse((await faceSets([...args, '--json'])).stdout);
    expect(sweep.thresholds.map((row: { threshold: number }) => row.threshold)).toEqual([
      0, 0.5, 0.55, 1, 1.5, 2,
    ]);
    expect(sweep.thresholds[2]).toMatchObject({ pairwise, clusters: 3 });
    expect(sweep.thresholds[0]).toMatchObject({ split: 3, merged: 0 });
    expect(sweep).toMatchObject({ manifest: 0.55, best: 0.5 });
    expect((await faceSets(args)).stdout).toMatch(/^0\.55 .* 3 {2}← the manifest$/m);
  });

  it('says in one line what is wrong with the truth or the manifest', async () => {
    const empty = join(dir, 'empty');
    mkdirSync(empty);
    const bad = join(dir, 'bad.csv');
    writeFileSync(bad, 'a.jpg,anna\nb.jpg\n');
    for (const [args, message] of [
      [[manifest, '--truth', join(dir, 'gone')], /gone is not there/],
      [[manifest, '--truth', empty], /says nothing about any of the \d+ faces/],
      [[manifest, '--truth', bad], /bad\.csv: line 2 is "b\.jpg"; expected path,person/],
      [[bad, '--truth', csv], /bad\.csv is not JSON/],
      [[empty, '--truth', csv], /empty is a folder, expected the manifest in it: manifest\.json of cluster/],
    ] as const) {
      const { code, stderr } = await faceSets(['evaluate', ...args]);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it.skipIf(!people || !models)(
    'gives at least 0.98 on real photos at the defaults (needs the shared photos and models)',
    async () => {
      const work = tempDir('people');
      await faceSets(['embed', people!, join(work, 'faces.npz'), '--models', models!]);
      await faceSets(['cluster', join(work, 'faces.npz'), join(work, 'raw')]);
      const args = ['evaluate', join(work, 'raw', 'manifest.json'), '--truth', people!, '--json'];
      const { pairwise, bcubed } = JSON.parse((await faceSets(args)).stdout);
      expect(pairwise.f1).toBeGreaterThanOrEqual(0.98);
      expect(bcubed.f1).toBeGreaterThanOrEqual(0.98);
    },
  );
});
