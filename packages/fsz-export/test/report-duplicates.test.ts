import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tempDir } from '@face-sets/testing';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DuplicatesManifest,
  duplicatesPath,
  ManifestError,
  outputKind,
  readManifest,
  writeManifest,
  writeReport,
} from '../src/index.js';

const CHROMIUM = '/usr/bin/chromium';

/** Draws photos and the list of duplicates that has them: two near-duplicates, and two files of the same bytes. */
async function drawDuplicates(): Promise<string> {
  const dir = tempDir('duplicates');
  const draw = async (name: string, side: number) => {
    const path = join(dir, name);
    const picture = { width: side, height: side, channels: 3 as const, background: '#39c' };
    await sharp({ create: picture }).png().toFile(path);
    const bytes = readFileSync(path);
    const photo = { sha256: createHash('sha256').update(bytes).digest('hex'), source: path, aliases: [] };
    const face = { row: 0, bbox: [1, 2, 30, 40] as [number, number, number, number], sharpness: 0.5 };
    return { ...photo, width: side, height: side, bytes: bytes.length, ...face };
  };
  const [best, small] = [await draw('large <b>.png', 200), await draw('small.png', 50)];
  const manifest: DuplicatesManifest = {
    schema_version: 1,
    kind: 'duplicates',
    cache: { path: join(dir, 'faces.npz'), sha256: '0'.repeat(64), faces: 2, images: 2 },
    options: { threshold: 0.35, mirrored: true },
    summary: {
      photos: 2,
      identical_groups: 1,
      identical_copies: 1,
      identical_bytes: small.bytes,
      near_groups: 1,
      near_copies: 1,
      near_bytes: small.bytes,
      problems: 1,
    },
    identical: [
      {
        id: 'identical_001',
        sha256: small.sha256,
        bytes: small.bytes,
        best: small.source,
        why: 'the same bytes',
        copies: [{ source: join(dir, 'gone.png'), same_file: true }],
      },
    ],
    near_duplicates: [
      {
        id: 'near_001',
        best,
        why: 'the largest (200×200)',
        copies: [
          {
            ...small,
            best_row: 0,
            mirrored: true,
            distance: 0.1,
            hash_distance: 2,
            correlation: 0.99,
            reason: { code: 'smaller', message: '50×50, the best is 200×200' },
          },
        ],
      },
    ],
    problems: [{ source: join(dir, 'lost.png'), message: 'lost.png is no longer there' }],
  };
  const path = duplicatesPath(join(dir, 'faces.npz'));
  await writeManifest(path, 'duplicates', manifest);
  return path;
}

describe('the report of duplicates', () => {
  let list: string;
  beforeAll(async () => {
    list = await drawDuplicates();
  });

  it('is a page in a folder named like the list, with thumbnails beside it', async () => {
    expect(await outputKind(list)).toBe('duplicates');
    const report = await writeReport(list);
    expect(report).toMatchObject({ kind: 'duplicates', people: 2, faces: 4, written: true });
    expect(report.path).toBe(join(dirname(list), 'faces.npz.duplicates', 'report.html'));
    expect(report.thumbnails).toMatchObject({ rendered: 2, missing: 0 });
    if (process.platform !== 'win32') expect(statSync(dirname(report.path)).mode & 0o777).toBe(0o700);
    expect(await writeReport(list)).toMatchObject({ written: false, thumbnails: { rendered: 0 } });
  });

  it('is refused for a list that is none, naming what is wrong', async () => {
    await expect(writeReport(join(dirname(list), 'small.png'))).rejects.toThrow(/small\.png is not JSON/);
    const manifest = JSON.parse(readFileSync(list, 'utf8'));
    const { copies } = manifest.near_duplicates[0];
    copies[0].hash_distance = 'two';
    await expect(writeManifest(list, 'duplicates', manifest)).rejects.toThrow(
      /near_duplicates\[0\]\.copies\[0\]\.hash_distance/,
    );
    await expect(readManifest(list, 'cluster')).rejects.toThrow(ManifestError);
  });

  describe.skipIf(!existsSync(CHROMIUM))(`in a browser (needs ${CHROMIUM})`, () => {
    let browser: Browser;
    beforeAll(async () => {
      await writeReport(list);
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    });
    afterAll(() => browser?.close());

    it('marks the best of each group with why, and the others with their reasons', async () => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(pathToFileURL(join(dirname(list), 'faces.npz.duplicates', 'report.html')).href);
      await page.waitForSelector('.tile');
      expect(await page.locator('.card h2').allInnerTexts()).toEqual([
        'Near-duplicates 1',
        'The same bytes 1',
      ]);
      expect(await page.locator('output').textContent()).toBe('4 pictures, 2 groups');
      const card = page.getByRole('region', { name: 'Near-duplicates 1' });
      expect(await card.getByText('Best: the largest (200×200)').isVisible()).toBe(true);
      expect(await card.locator('.tile .reason').allInnerTexts()).toEqual(['best', 'smaller']);
      await card.locator('.tile').first().click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.locator('.status').textContent()).toMatch(/Best copy\s*the largest \(200×200\)/);
      expect(await dialog.getByText('200 × 200 pixels, 1 kB').isVisible()).toBe(true);
      const photo = await dialog.locator('img.shown').getAttribute('src');
      expect(photo).toBe('../large%20%3Cb%3E.png');
      await page.keyboard.press('ArrowRight');
      expect(await dialog.locator('.status').textContent()).toMatch(
        /Not the best: smaller\s*mirrored; 50×50/,
      );
      await page.keyboard.press('Escape');
      await page.getByLabel('Status').selectOption('kept');
      expect(await page.locator('.tile').count()).toBe(2);
      expect(await page.getByLabel('Groups', { exact: true }).isVisible()).toBe(true);
      expect(complaints).toEqual([]);
    });
  });
});
