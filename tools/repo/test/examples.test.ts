import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { installTarballs, npm } from './npm.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples');
const PACKAGES = readdirSync(join(ROOT, 'packages'));

const RAW = 'out/raw/manifest.json';
const REFINE = 'out/refined/refine_manifest.json';
const FACESETS = 'out/facesets_swap_ready';
const CROPS = [`${FACESETS}/faceset_001/faces/0000.png`, `${FACESETS}/faceset_001/faces/0001.png`];
const PHOTOS = ['photos/IMG_0004.jpg', 'photos/IMG_0014.jpg'];

/** Every example in the order in which they run: arguments, and what it prints. */
const RUNS: Record<string, { args: string[]; prints: RegExp }> = {
  'quality/gate.mjs': { args: ['faces.npz'], prints: /IMG_0001\.jpg good/ },
  'quality/sharpest.mjs': { args: PHOTOS, prints: /^\d+ photos.*\n\d+ photos/ },
  'quality/same-picture.mjs': { args: PHOTOS, prints: /^\d+ of 64 bits differ: different pictures$/m },
  'quality/pose.mjs': { args: ['faces.npz'], prints: /^(\d+ [01]\.\d\d [01]\.\d\d\n){23}$/ },
  'quality/best-copy.mjs': { args: PHOTOS, prints: /^keep photos\/IMG_\d+\.jpg: as large as any/ },

  'npz/write.mjs': { args: ['arrays.npz'], prints: /^numpy\.load\("arrays\.npz"/ },
  'npz/list.mjs': { args: ['arrays.npz'], prints: /^points <f4 3×2 152 bytes\nnames <U3 3 164 bytes\nnotes/ },
  'npz/print-member.mjs': { args: ['arrays.npz', 'notes.json'], prints: /^\{"unit":"mm"\}$/ },
  'npz/to-csv.mjs': { args: ['arrays.npz', 'points'], prints: /^1,2\n3,4\n5,6$/m },
  'npz/compress.mjs': { args: ['faces.npz', 'compressed.npz'], prints: /^\d+ → \d+ bytes$/m },

  'cache-npz/summary.mjs': {
    args: ['faces.npz'],
    prints: /^20 photos with faces, 1 without, 1 unreadable\n23 /,
  },
  'cache-npz/photos-of-folder.mjs': {
    args: ['faces.npz', 'photos', 'photos/2015'],
    prints: /^photos: 22 photos, 23 faces\nphotos\/2015: 2 photos, 2 faces$/m,
  },
  'cache-npz/unreadable.mjs': { args: ['faces.npz'], prints: /not a photo\.jpg: .*\n1 of 22 photos$/m },
  'cache-npz/write.mjs': { args: ['own.npz'], prints: /^$/ },
  'cache-npz/merge.mjs': {
    args: ['merged.npz', 'faces.npz'],
    prints: /^22 photos, 23 faces; 0 photos were in several caches\n[0-9a-f]{16}$/m,
  },

  'cluster/group.mjs': { args: ['vectors.json'], prints: /^0 0 1 1 2$/m },
  'cluster/most-alike.mjs': { args: ['faces.npz', '0'], prints: /^(\d+ 0\.0\d\d\n){3}$/ },
  'cluster/people.mjs': { args: ['faces.npz'], prints: /^person 0: 8 faces in 8 photos\n.*\n.*7 photos$/m },
  'cluster/calibrate.mjs': { args: ['faces.npz'], prints: /^4 pairs of different people are too few/ },
  'cluster/outliers.mjs': { args: ['labeled.json'], prints: /^face 6 is 0\.84 away from group 0$/m },

  'files/save.mjs': { args: ['note.txt', 'hello'], prints: /^saved note\.txt$/m },
  'files/checksums.mjs': { args: ['note.txt'], prints: /^5891b5b522d5[0-9a-f]{52} {2}note\.txt$/m },
  'files/changed.mjs': { args: ['note.txt'], prints: /^note\.txt: same$/m },
  'files/own-report.mjs': { args: ['vectors.json'], prints: /^left alone: vectors\.json is another file/ },
  'files/safe-folder.mjs': { args: ['.', 'new/folder'], prints: /^made new/ },

  'manifests/people.mjs': { args: [RAW], prints: /^person_001: 8 faces\nperson_002: 8 faces\nperson_003: 7/ },
  'manifests/why-left-out.mjs': { args: [REFINE], prints: /"facesets":3,"faces":23,"rejected":0/ },
  'manifests/check.mjs': { args: ['refine', RAW], prints: /kind: expected "refine", found "cluster"/ },
  'manifests/face-keys.mjs': { args: [REFINE], prints: /^(faceset_00[1-3] \S+\n){23}$/ },
  'manifests/who-is-on.mjs': {
    args: ['faces.npz', RAW, 'IMG_0004.jpg'],
    prints: /^person_001: face \d+, score 0\.\d\d$/m,
  },

  'people/who-is-who.mjs': { args: ['faces.npz'], prints: /^1: 8 faces\n2: 8 faces\n3: 7 faces$/m },
  'people/name.mjs': { args: ['faces.npz', '1', 'Anna'], prints: /^d1: 1 is called Anna$/m },
  'people/same.mjs': {
    args: ['faces.npz', '1', '2'],
    prints: /^d2: 1 and 2 are one person\n1 Anna: 16 faces$/m,
  },
  'people/undo.mjs': { args: ['faces.npz'], prints: /^d3: takes back d2$/m },
  'people/log.mjs': { args: ['faces.npz'], prints: /^2\d{3}-.*Z cli d1: 1 is called Anna$/m },

  'photos/list.mjs': { args: ['photos'], prints: /^(\S.*\.(jpg|png|webp)\n){23}\d+ bytes$/m },
  'photos/dates.mjs': { args: PHOTOS, prints: /^photos\/IMG_0004\.jpg 2022-06-19 \(original\)$/m },
  'photos/left-out.mjs': { args: ['left-out'], prints: /\.thumbs: thumbnails\n1 photos$/m },
  'photos/thumbnail.mjs': { args: [PHOTOS[0]!, 'thumbnail.jpg'], prints: /^jpeg, 800×600$/m },
  'photos/shard.mjs': { args: ['photos', '1/3'], prints: /^share 1\/3: \d photos$/m },

  'fsz-export/from-pngs.mjs': { args: ['my.fsz', ...CROPS], prints: /^2 pictures, \d+ bytes$/m },
  'fsz-export/unpack.mjs': {
    args: ['my.fsz', 'unpacked'],
    prints: /^0000\.png 512×512\n0001\.png 512×512$/m,
  },
  'fsz-export/crop.mjs': {
    args: [PHOTOS[0]!, 'crop.png', '100', '100', '200', '230'],
    prints: /^512×512$/m,
  },
  'fsz-export/best-faces.mjs': {
    args: ['faces.npz', '2'],
    prints: /^(0\.9\d\d .* frontality [01]\.\d\d\n){2}$/,
  },
  'fsz-export/mean-embedding.mjs': {
    args: ['faces.npz', REFINE, 'mean.safetensors'],
    prints: /^3 facesets$/m,
  },

  'dedup/find.mjs': { args: ['faces.npz'], prints: /identical_groups: 1,\s+identical_copies: 1/ },
  'dedup/save.mjs': { args: ['faces.npz'], prints: /^faces\.npz\.duplicates\.json$/m },
  'dedup/exact.mjs': {
    args: ['faces.npz.duplicates.json'],
    prints: /^keep .*\n {2}copy .*same again\.jpg\n1 groups$/m,
  },
  'dedup/same-faces.mjs': { args: ['faces.npz.duplicates.json'], prints: /^0 pairs$/m },
  'dedup/mirrored.mjs': { args: ['faces.npz', '60'], prints: /near_groups: 0/ },

  'outputs/facesets.mjs': { args: [FACESETS], prints: /^faceset_001: faceset_001, ok\n.*\n.*\n0 missing$/m },
  'outputs/flat-names.mjs': { args: ['faces.npz'], prints: /^(\S.*~\w{12}\.(jpg|png|webp)\n){22}$/ },
  'outputs/near-misses.mjs': { args: [REFINE], prints: /^3 facesets$/m },
  'outputs/place.mjs': { args: ['placed', ...PHOTOS], prints: /^created \ncreated $/m },
  'outputs/undo.mjs': { args: ['notes'], prints: /^\[ 'add a note' \]\ntaken back: note\.txt; left: 0$/m },

  'review/page.mjs': { args: [FACESETS], prints: /report\.html: 3 people, 23 faces$/m },
  'review/page-with-photos.mjs': { args: ['out/raw', 'faces.npz'], prints: /report\.html \{ rendered: / },
  'review/kinds.mjs': {
    args: ['out/raw', 'out/refined', FACESETS, 'photos'],
    prints: /raw: cluster\n.*refined: refine\n.*ready: export-swap\nphotos: no output$/m,
  },
  'review/linked-pages.mjs': {
    args: ['out/raw', 'out/refined'],
    prints: /raw.report\.html\n.*refined.report\.html$/m,
  },
  'review/calibration.mjs': { args: ['calibration.svg'], prints: /^suggested threshold 0\.\d\d$/m },

  'face-embed/detect.mjs': {
    args: ['models', ...PHOTOS],
    prints: /^photos\/IMG_0004\.jpg 0\.9\d( \d+){4}$/m,
  },
  'face-embed/same-person.mjs': { args: ['models', ...PHOTOS], prints: /^0\.\d\d: two people$/m },
  'face-embed/library.mjs': {
    args: ['models', 'photos', 'library.npz'],
    prints: /^21 photos, 1 could not be used$/m,
  },
  'face-embed/align.mjs': { args: ['models', PHOTOS[0]!, 'aligned.png'], prints: /^112×112$/m },
  'face-embed/models.mjs': { args: ['models'], prints: /^detection: det_10g [0-9a-f]{8}$/m },

  'pipeline/dry-run.mjs': { args: ['photos', 'planned'], prints: /^23 photos, 23 of them new \{/ },
  'pipeline/run.mjs': { args: ['photos', 'from-program', 'models'], prints: /^21 photos \{\s+facesets: 3,/ },
  'pipeline/embed.mjs': { args: ['photos', 'embedded.npz', 'models'], prints: /^23 faces$/m },
  'pipeline/cluster.mjs': { args: ['faces.npz', 'people'], prints: /^0\.4 3 people\n0\.55 3 people$/m },
  'pipeline/dedup.mjs': { args: ['faces.npz'], prints: /^faces\.npz\.duplicates\.json \{/ },

  'cli/people.sh': { args: ['photos', 'by-shell', 'models'], prints: /people: 3 people in 23 faces/ },
  'cli/name-person.sh': {
    args: ['out', 'faceset_001', 'Anna', 'models'],
    prints: /^Anna_all\.fsz\nAnna_top30\.fsz$/m,
  },
  'cli/duplicates.sh': { args: ['faces.npz'], prints: /identical_copies: 1,/ },
  'cli/is-threshold-right.sh': { args: [RAW, 'truth.csv'], prints: /^F1 1$/m },
  'cli/nightly.sh': { args: ['photos', 'out', 'models'], prints: /^$/ },
};

const programs = PACKAGES.flatMap((name) =>
  readdirSync(join(EXAMPLES, name)).map((program) => `${name}/${program}`),
);

describe('The examples', () => {
  it('are five for each package, of 15 lines at most, and all of them are run here', () => {
    expect(Object.keys(RUNS).sort()).toEqual(programs.sort());
    for (const name of PACKAGES) expect(readdirSync(join(EXAMPLES, name)), name).toHaveLength(5);
    for (const program of programs) {
      const lines = readFileSync(join(EXAMPLES, program), 'utf8').trimEnd().split('\n');
      expect(lines.length, program).toBeLessThanOrEqual(15);
    }
  });
});

describe('With all packages packed and installed into an empty project', () => {
  const project = tempDir('examples');
  const work = join(project, 'work');
  let offline = '';

  function run(command: string, args: readonly string[]) {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', FACE_SETS_MODELS: '' };
    return spawnSync(command, args, { cwd: work, encoding: 'utf8', env });
  }

  /** What a person who tries the examples has at hand: photos, models, the output of a run, and two JSON files. */
  async function prepare() {
    mkdirSync(work);
    const library = await toyLibrary('small');
    cpSync(library.dir, join(work, 'photos'), { recursive: true });
    cpSync(await toyModels(), join(work, 'models'), { recursive: true });
    const main = join(project, 'node_modules/@face-sets/cli/bin/face-sets.js');
    const args = ['run', 'photos', '--out', 'out', '--models', 'models', '--min-faces', '3'];
    const { status, stderr } = run(process.execPath, [main, ...args]);
    expect(status, stderr).toBe(0);
    cpSync(join(work, 'out/faces.npz'), join(work, 'faces.npz'));
    mkdirSync(join(work, 'left-out/.thumbs'), { recursive: true });
    cpSync(join(work, PHOTOS[0]!), join(work, 'left-out/photo.jpg'));
    const alone = library.photos.filter(({ kind, faces }) => kind === 'drawn' && faces.length === 1);
    const lines = alone.map(({ path, faces }) => `${join(work, 'photos', path)},${faces[0]!.person}`);
    writeFileSync(join(work, 'truth.csv'), ['path,person', ...lines, ''].join('\n'));
    const vectors = [
      [1, 0, 0.1],
      [0.9, 0.1, 0],
      [0, 1, 0],
      [0.1, 0.95, 0],
      [0, 0, 1],
    ];
    writeFileSync(join(work, 'vectors.json'), JSON.stringify(vectors));
    const near = Array.from({ length: 6 }, (_, i) => ({ label: 0, embedding: [1, i / 50, 0] }));
    writeFileSync(join(work, 'labeled.json'), JSON.stringify([...near, { label: 0, embedding: [0, 0, 1] }]));
  }

  beforeAll(async () => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const workspaces = PACKAGES.flatMap((name) => ['--workspace', `packages/${name}`]);
    const packed = npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', project, ...workspaces);
    expect(packed.status, packed.stderr).toBe(0);
    const tarballs = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    expect(tarballs).toHaveLength(PACKAGES.length);
    offline = installTarballs(project, tarballs);
    if (offline) return;
    // Beside `node_modules`, where a program finds what is installed.
    cpSync(EXAMPLES, join(project, 'examples'), { recursive: true });
    await prepare();
  }, 600_000);

  it.for(Object.entries(RUNS))('%s', ([program, { args, prints }], ctx) => {
    if (offline) ctx.skip(offline);
    if (process.platform === 'win32' && program.endsWith('.sh')) ctx.skip('no shell');
    const path = join('../examples', program);
    const { status, stdout, stderr } = run(program.endsWith('.sh') ? 'sh' : process.execPath, [
      path,
      ...args,
    ]);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(prints);
  });
});
