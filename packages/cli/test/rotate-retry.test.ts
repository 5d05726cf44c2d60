import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

describe('a library of scans that lie on their side', () => {
  it('gives facesets and thumbnails of upright faces with --rotate-retry', async () => {
    const scans = join(tempDir('scans'), 'scans');
    mkdirSync(scans);
    const library = await toyLibrary('small');
    for (const [i, { kind, path }] of library.photos.entries()) {
      if (kind !== 'drawn') continue;
      const upright = await sharp(readFileSync(join(library.dir, path)), { autoOrient: true })
        .png()
        .toBuffer();
      await sharp(upright)
        .rotate([90, 180, 270][i % 3])
        .png()
        .toFile(join(scans, `scan ${i}.png`));
    }
    const out = join(tempDir('scans-out'), 'out');
    const models = await toyModels();
    const run = await faceSets([
      ...['run', scans, '--out', out, '--models', models, '--min-faces', '4', '--rotate-retry'],
    ]);
    expect(run.code, run.stderr).toBe(0);

    const analyzer = new FaceAnalyzer(await loadModels(models, { threads: 1 }));
    const facesIn = async (folder: string, ending: string) => {
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith(ending),
      );
      const counts: number[] = [];
      for (const name of names) {
        const { image } = await decodeImage(join(folder, name));
        counts.push((await analyzer.detect(image)).length);
      }
      return counts;
    };
    const thumbnails = await facesIn(join(out, 'raw', '_report'), '.webp');
    expect(thumbnails.length).toBeGreaterThan(10);
    // A face at the edge of a photo may be cut by it.
    expect(thumbnails.filter((count) => count === 0).length).toBeLessThan(0.1 * thumbnails.length);
    const crops = await facesIn(join(out, 'facesets_swap_ready'), '.png');
    expect(crops.length).toBeGreaterThan(10);
    expect(new Set(crops)).toEqual(new Set([1]));
  });
});
