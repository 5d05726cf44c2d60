import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosine, sharedPath } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { analyzePhoto, FaceAnalyzer, loadModels } from '../../src/index.js';

// Over a hundred photos, each at four turns, on a busy machine.
const MINUTES = 10 * 60_000;
const TURNS = [90, 180, 270] as const;

const photos = sharedPath('photos');
const models = sharedPath('models');
const missing = photos && models ? '' : ' (skipped: the development data is not at hand)';

describe.skipIf(missing)(`real photos that were scanned turned${missing}`, () => {
  it(
    'are all turned upright, and none that is upright is turned',
    async () => {
      const analyzer = new FaceAnalyzer(await loadModels(models!));
      const runs = vi.spyOn(analyzer, 'detect');
      const names = readdirSync(photos!, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(jpe?g|png)$/.test(name))
        .sort();
      const wrong: string[] = [];
      let [withFaces, turned, searchedAgain] = [0, 0, 0];
      for (const name of names) {
        const file = readFileSync(join(photos!, name));
        runs.mockClear();
        const upright = await analyzePhoto(file, analyzer, { rotateRetry: true });
        if (upright.rotation !== 0) wrong.push(`${name}: upright, turned by ${upright.rotation}`);
        // Masks that hide the whole face: there is nothing to tell the turn by.
        if (upright.faces.length === 0) continue;
        withFaces++;
        if (runs.mock.calls.length > 1) searchedAgain++;
        for (const turn of TURNS) {
          const scan = await sharp(file)
            .rotate(360 - turn)
            .png({ compressionLevel: 1 })
            .toBuffer();
          const photo = await analyzePhoto(scan, analyzer, { rotateRetry: true });
          if (photo.rotation !== turn) wrong.push(`${name}: needs ${turn}, turned by ${photo.rotation}`);
          else {
            turned++;
            expect(cosine(photo.faces[0]!.embedding, upright.faces[0]!.embedding), name).toBeGreaterThan(
              0.99,
            );
          }
        }
      }
      expect(wrong).toEqual([]);
      expect({ withFaces, turned }).toEqual({ withFaces: 101, turned: 303 });
      // What the option costs where nothing had to be turned: three runs of the detector more for each of these.
      expect(searchedAgain).toBeLessThanOrEqual(25);
    },
    MINUTES,
  );
});
