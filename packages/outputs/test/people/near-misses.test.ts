import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingMatrix } from '@face-sets/cache-npz';
import { clusterPeople, refine } from '@face-sets/cluster';
import { fileSha256 } from '@face-sets/files';
import { type RefineManifest, writeManifest } from '@face-sets/manifests';
import { gateFace } from '@face-sets/quality';
import { writeReport } from '@face-sets/review';
import { CACHE_FILE, drawnFaceFinder, makeCache, type PhotoOfTest, tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  exportSwap,
  nearMisses,
  nearMissText,
  refineOutcomes,
  writeRefinedFolders,
} from '../../src/index.js';

let root: string;
let out: string;

/** A photo of a person: good, or not good enough in some way. */
function photoOf(who: number, n: number, how: 'good' | 'blur' | 'small' | 'unsure' = 'good'): PhotoOfTest {
  const side = how === 'small' ? 60 : 100;
  return {
    path: join(root, 'photos', `${who} ${n}.png`),
    width: 300 + n,
    faces: [
      {
        who,
        bbox: [40, 40, 40 + side, 40 + 1.2 * side],
        turn: n,
        blur: how === 'blur' ? 20 : 200,
        detScore: how === 'unsure' ? 0.5 : 0.8,
      },
    ],
  };
}

/** Refines with the gates of the command line. */
async function refineTo(photos: readonly PhotoOfTest[], minFaces: number) {
  const cache = await makeCache(photos);
  const { bbox, blur, detScore } = cache;
  const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace({ bbox: bbox.subarray(4 * row, 4 * row + 4), blur: blur[row], detScore: detScore[row] }),
  );
  const matrix = embeddingMatrix(cache);
  const people = await clusterPeople(matrix);
  const { outcomes } = refine(matrix, people, { imageIndex: cache.imageIndex, gateReasons, minFaces });
  const { manifest } = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: refineOutcomes(outcomes, (label) => label + 1),
    out,
    options: { minFaces },
  });
  return { cache, manifest };
}

/** Seven good photos of one, four of another and four that are not, one of a third, two bad ones of a fourth. */
const PHOTOS = () => [
  ...Array.from({ length: 7 }, (_, n) => photoOf(0, n)),
  ...Array.from({ length: 4 }, (_, n) => photoOf(1, n)),
  photoOf(1, 4, 'blur'),
  photoOf(1, 5, 'small'),
  photoOf(1, 6, 'blur'),
  photoOf(1, 7, 'unsure'),
  photoOf(2, 0),
  photoOf(3, 0, 'blur'),
  photoOf(3, 1, 'blur'),
];

const textsOf = (manifest: RefineManifest) => nearMisses(manifest).map(nearMissText);

beforeEach(() => {
  root = tempDir('near');
  out = join(root, 'refined');
});

describe('nearMisses', () => {
  it('lists who has too few good photos, nearest first, with what is wrong with the others', async () => {
    const { manifest } = await refineTo(PHOTOS(), 15);
    expect(manifest.facesets).toEqual([]);
    expect(textsOf(manifest)).toEqual([
      '7 of 15 good photos',
      '4 of 15 good photos: 2 more are too blurry, 1 does not show the face clearly, 1 is too small',
    ]);
    const [, second] = nearMisses(manifest);
    const sources = second.faces.map((i) => manifest.rejected[i].source.slice(-7));
    expect(sources).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => `1 ${n}.png`));
  });

  it('lists no one who has a faceset, and those with a single good photo when asked to', async () => {
    const { manifest } = await refineTo(PHOTOS(), 5);
    expect(manifest.facesets).toHaveLength(1);
    expect(textsOf(manifest)).toEqual([
      '4 of 5 good photos: 2 more are too blurry, 1 does not show the face clearly, 1 is too small',
    ]);
    expect(nearMisses(manifest, 1).map(({ photos }) => photos)).toEqual([4, 1]);
    expect(nearMisses({ rejected: [] })).toEqual([]);
  });

  it('counts a photo once, however many copies of its face are in the manifest', async () => {
    const { manifest } = await refineTo(PHOTOS(), 15);
    expect(textsOf({ ...manifest, rejected: [...manifest.rejected, ...manifest.rejected] })).toEqual(
      textsOf(manifest),
    );
  });
});

describe('the pages of a library in which nobody has enough photos', () => {
  const dataOf = (folder: string) => {
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
  };
  const NOTHING = [
    'No faceset: nobody has 15 good photos.',
    'The nearest has 7 of 15 good photos.',
    'Add photos, or lower the limit: with a limit of 7 there would be 1 faceset, with a limit of 5 there would be 1 faceset, with a limit of 3 there would be 2 facesets.',
  ];

  it('have a card for each who is almost there, and say what a lower limit gives', async () => {
    const { cache, manifest } = await refineTo(PHOTOS(), 15);
    await writeReport(out, { cache });
    const { model, groups } = dataOf(out);
    expect(model.nothing).toEqual(NOTHING);
    expect(
      groups.map(
        ({ group, faces }: { group: { type: string; title: string; lacks?: string }; faces: unknown[] }) => [
          group.type,
          group.title,
          group.lacks,
          faces.length,
        ],
      ),
    ).toEqual([
      ['near', 'Almost there 1', '7 of 15 good photos', 7],
      [
        'near',
        'Almost there 2',
        '4 of 15 good photos: 2 more are too blurry, 1 does not show the face clearly, 1 is too small',
        8,
      ],
      ['rest', 'In no faceset', undefined, 3],
    ]);

    const path = join(out, 'refine_manifest.json');
    const swap = join(root, 'swap');
    await exportSwap({
      cache,
      cacheFile: CACHE_FILE,
      refine: manifest,
      refineFile: { path, sha256: await fileSha256(path) },
      out: swap,
      finder: drawnFaceFinder(),
    });
    await writeReport(swap);
    expect(dataOf(swap).model.nothing).toEqual(NOTHING);
    // Without the refine manifest it is not known who is near.
    await writeManifest(path, 'refine', { ...manifest, options: { other: 1 } });
    await writeReport(swap);
    expect(dataOf(swap).model.nothing).toEqual(['No faceset: nobody has enough good photos.']);
  });

  it('say of a thin faceset how many faces it wants', async () => {
    const { cache, manifest } = await refineTo(PHOTOS(), 5);
    const swap = join(root, 'swap');
    await exportSwap({
      cache,
      cacheFile: CACHE_FILE,
      refine: manifest,
      refineFile: { path: '/r', sha256: 'd'.repeat(64) },
      out: swap,
      finder: drawnFaceFinder(),
      options: { minFaces: 9, duplicateThreshold: 0, outSize: 64, minFaceShort: 30 },
    });
    await writeReport(swap);
    expect(dataOf(swap).groups[0].group).toMatchObject({ note: 'thin', lacks: '7 of 9 faces' });
  });
});
