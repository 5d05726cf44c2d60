import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ManifestError, readManifest, writeManifest } from '@face-sets/manifests';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputKind, writeReport } from '../src/index.js';
import { drawDuplicates } from './drawn-duplicates.js';

const CHROMIUM = '/usr/bin/chromium';

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
      expect(await card.getByText('Best: the largest (200×200)', { exact: true }).isVisible()).toBe(true);
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
