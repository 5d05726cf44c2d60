import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { readManifest } from '@face-sets/manifests';
import { decodeImage } from '@face-sets/photos';
import { sharedPath, tempDir } from '@face-sets/testing';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, faceSets, treeHashes } from '../face-sets.js';

const photos = sharedPath('photos');
const models = sharedPath('models');

describe.skipIf(!photos || !models)(
  'face-sets run on real photos (needs the shared photos and models)',
  () => {
    const out = join(tempDir('people'), 'out');
    const args = ['run', photos!, '--out', out, '--models', models!, '--min-faces', '3'];
    let run: Finished;

    beforeAll(async () => {
      run = await faceSets(args);
    }, 600_000);

    const swapReady = join(out, 'facesets_swap_ready');
    const facesets = async () =>
      (await readManifest(join(swapReady, 'manifest.json'), 'export-swap')).facesets;

    it('exits 0 and makes exactly one faceset of each of the 13 people', async () => {
      expect(run.code, run.stderr).toBe(0);
      const people = new Set<string>();
      for (const { folder, status } of await facesets()) {
        expect(status).toBe('ok');
        const { faces } = await readManifest(join(swapReady, folder, 'manifest.json'), 'swap-faceset');
        const names = new Set(
          faces
            .filter(({ source }) => basename(dirname(dirname(source))) === 'people')
            .map(({ source }) => basename(dirname(source))),
        );
        expect([...names], folder).toHaveLength(1);
        for (const name of names) people.add(name);
      }
      expect(people.size).toBe(13);
      expect(await facesets()).toHaveLength(13);
    });

    it('puts a face of a group photo into the faceset of its person', async () => {
      const fromGroups = [];
      for (const { folder } of await facesets()) {
        const { faces } = await readManifest(join(swapReady, folder, 'manifest.json'), 'swap-faceset');
        fromGroups.push(...faces.filter(({ source }) => basename(dirname(source)) === 'groups'));
      }
      expect(fromGroups.length).toBeGreaterThan(0);
    });

    it('writes bundles that hold root PNGs only: NNNN.png, 512×512, 8-bit RGB, no alpha, no metadata', async () => {
      for (const { id, folder } of await facesets()) {
        for (const bundle of ['top30', 'all']) {
          const entries = unzipSync(readFileSync(join(swapReady, folder, `${id}_${bundle}.fsz`)));
          const names = Object.keys(entries);
          expect(names).toEqual(names.map((_, i) => `${String(i).padStart(4, '0')}.png`));
          expect(names.length).toBeGreaterThan(0);
          for (const png of Object.values(entries)) {
            const { format, width, height, channels, depth, hasAlpha, exif, icc, xmp } =
              await sharp(png).metadata();
            expect({ format, width, height, channels, depth, hasAlpha }).toEqual({
              format: 'png',
              width: 512,
              height: 512,
              channels: 3,
              depth: 'uchar',
              hasAlpha: false,
            });
            expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
          }
        }
      }
    });

    it('shows exactly one face in every PNG at 640 alone, within 0.35 of the face in the photo', async () => {
      const analyzer = new FaceAnalyzer(await loadModels(models!));
      let crops = 0;
      for (const { id, folder } of await facesets()) {
        const manifest = await readManifest(join(swapReady, folder, 'manifest.json'), 'swap-faceset');
        const entries = unzipSync(readFileSync(join(swapReady, folder, `${id}_all.fsz`)));
        expect(Object.keys(entries)).toHaveLength(manifest.faces.length);
        for (const [rank, png] of Object.values(entries).entries()) {
          const found = await analyzer.analyze((await decodeImage(png)).image, { sizes: [640] });
          expect(found, `${folder} ${rank}`).toHaveLength(1);
          const { source, bbox } = manifest.faces[rank]!;
          const faces = await analyzer.analyze((await decodeImage(source)).image);
          const face = faces.find((candidate) =>
            bbox.every((x, i) => Math.abs(x - candidate.bbox[i]!) < 0.01),
          )!;
          expect(cosineDistance(face.embedding, found[0]!.embedding), `${folder} ${rank}`).toBeLessThan(0.35);
          crops++;
        }
      }
      expect(crops).toBeGreaterThanOrEqual(13 * 3);
    }, 600_000);

    it('changes nothing when it is run again', async () => {
      const before = treeHashes(out);
      const again = await faceSets([...args, '--json']);
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout).embed.embedded).toBe(0);
      expect(treeHashes(out)).toEqual(before);
    });
  },
);

function cosineDistance(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return 1 - ab / Math.sqrt(aa * bb);
}
