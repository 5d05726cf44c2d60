import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportSwap, type RefineOutcome, writeRefinedFolders } from '@face-sets/outputs';
import { CACHE_FILE, drawnFaceFinder, makeCache, type PhotoOfTest, tempDir } from '@face-sets/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../src/index.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
];

describe.skipIf(!existsSync(CHROMIUM))(`the report page (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  let small: string;
  /** What the pages of a test complained of, and what they asked for beyond the disk. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    small = await smallReport();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(() => browser?.close());

  async function open(out: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request of ${request.url()}`);
    });
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    await page.goto(pathToFileURL(join(out, 'report.html')).href);
    await page.waitForSelector('.tile');
    return page;
  }

  const headings = (page: Page) => page.locator('.card h2').allInnerTexts();
  const captions = (page: Page, card: number) =>
    page.locator('.card').nth(card).locator('.caption').allInnerTexts();
  const result = (page: Page) => page.locator('output').textContent();

  it('opens from disk without a console error and without a request off the page', async () => {
    const page = await open(small);
    await page.waitForLoadState('networkidle');
    expect(await headings(page)).toEqual(['faceset_001', 'faceset_002', 'In no faceset']);
    expect(await result(page)).toBe('14 faces, 2 people');
    expect(complaints).toEqual([]);
  });

  it('shows cover, count, histogram and distances of a person, and links into the folder', async () => {
    const page = await open(small);
    const card = page.getByRole('region', { name: 'faceset_001' });
    await expectVisible(card.getByRole('img', { name: 'Cover face of faceset_001' }));
    await expectVisible(card.getByText('6 faces', { exact: true }));
    await expectVisible(card.getByRole('img', { name: /^Score of 6: median/ }));
    await expectVisible(card.getByRole('img', { name: /^Distance to centroid of 6: median 0.03/ }));
    expect(await card.getByRole('link', { name: /Open folder/ }).getAttribute('href')).toBe('faceset_001/');
  });

  it('finds people by name and faces by path', async () => {
    const page = await open(small);
    await page.getByLabel('Search').fill('FACESET_002');
    await expect.poll(() => headings(page)).toEqual(['faceset_002']);
    expect(await result(page)).toBe('5 of 14 faces, 1 person');
    await page.getByLabel('Search').fill('photo 3');
    await expect.poll(() => result(page)).toBe('1 of 14 faces, 1 person');
    await page.getByLabel('Search').fill('no such thing');
    await expectVisible(page.getByText('Nothing matches.'));
    await page.getByRole('button', { name: 'Show everything' }).click();
    expect(await result(page)).toBe('14 faces, 2 people');
  });

  it('filters by status and by reason', async () => {
    const page = await open(small);
    await page.getByLabel('Status').selectOption('kept');
    expect(await headings(page)).toEqual(['faceset_001', 'faceset_002']);
    await page.getByLabel('Status').selectOption('left-out');
    expect(await headings(page)).toEqual(['In no faceset']);
    await page.getByLabel('Reason', { exact: true }).selectOption('blur');
    expect(await page.locator('.tile').count()).toBe(2);
    await page.getByRole('button', { name: 'outlier 1' }).click();
    expect(await page.locator('.tile').count()).toBe(1);
    expect(await page.getByLabel('Reason', { exact: true }).inputValue()).toBe('outlier');
  });

  it('sorts people and faces', async () => {
    const page = await open(small);
    await page.getByLabel('People', { exact: true }).selectOption('distance');
    expect(await headings(page)).toEqual(['faceset_002', 'faceset_001', 'In no faceset']);
    await page.getByLabel('People', { exact: true }).selectOption('name');
    await page.getByLabel('Faces', { exact: true }).selectOption('far');
    const distances = (await captions(page, 0)).map((text) => Number(/(0\.\d+)$/.exec(text)?.[1]));
    expect(distances).toEqual([0.05, 0.04, 0.03, 0.02, 0.01, 0]);
  });

  it('is used with the keyboard alone', async () => {
    const page = await open(small);
    const focused = () =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      );
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the people');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Open folder of faceset_001');
    await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^Face 1 of 6/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^Face 3 of 6/);
    await page.keyboard.press('End');
    expect(await focused()).toMatch(/^Face 6 of 6/);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'faceset_001' });
    await expectVisible(dialog.getByText('1 of 6'));
    await page.keyboard.press('ArrowRight');
    await expectVisible(dialog.getByText('2 of 6'));
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    // The browser gives the focus back first, and the page moves it on.
    await expect.poll(focused).toMatch(/^Face 2 of 6/);
    expect(complaints).toEqual([]);
  });

  it('says to screen readers what each control and each face is', async () => {
    const page = await open(small);
    const nameless = await page.evaluate(`
      [...document.querySelectorAll('button, a, input, select, img, svg[role=img], dialog, section, nav, main')].filter((e) =>
        !(e.getAttribute('aria-label') || e.alt || e.textContent.trim() || e.labels?.length || e.getAttribute('aria-labelledby')) &&
        !e.closest('[aria-label]')
      ).map((e) => e.outerHTML)`);
    expect(nameless).toEqual([]);
    for (const role of ['banner', 'search', 'main'] as const)
      expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Refined people');
    await page
      .getByRole('button', { name: /left out: blur is low/ })
      .first()
      .click();
    await expectVisible(page.getByRole('dialog').getByText('Left out: blur'));
    await expectVisible(page.getByRole('dialog').getByText('blur is low', { exact: true }));
  });

  it('shows names and paths as text, whatever is in them', async () => {
    const dir = tempDir('hostile');
    const path = join(
      dir,
      'photos',
      '"><script>document.title=1<',
      '<img src=x onerror=document.title=2>.png',
    );
    const cache = await makeCache([{ path, faces: [{ who: 0, bbox: [40, 60, 140, 190] }] }]);
    const out = join(dir, 'out');
    const outcomes = [{ reason: { code: 'blur', message: '</script><script>document.title=3</script>' } }];
    await writeRefinedFolders({ cache, cacheFile: CACHE_FILE, outcomes, out, options: {} });
    await writeReport(out);
    const page = await open(out);
    await page.locator('.tile').click();
    await expectVisible(page.getByRole('dialog').getByText(path));
    expect(await page.title()).toBe('Refined people · face-sets');
    expect(complaints).toEqual([]);
  });

  it('follows the system to dark, and the button to either', async () => {
    const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const page = await open(small, { colorScheme: 'dark' });
    const dark = await background(page);
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    const light = await background(page);
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background(page)).toBe(light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await background(page)).toBe(dark);
  });

  it('never scrolls sideways, from phone to desktop', async () => {
    for (const width of [320, 390, 768, 1280, 2560]) {
      const page = await open(small, { viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width}`).toBeLessThanOrEqual(
        width,
      );
      await page.context().close();
    }
  });

  it('shows the numbers below each face in full, from phone to desktop', async () => {
    const out = await exportReport();
    for (const width of [360, 430, 1280]) {
      const page = await open(out, { viewport: { width, height: 800 } });
      const cut = await page.evaluate(`
        [...document.querySelectorAll('.caption, .caption span:not(.unseen)')]
          .filter((e) => e.scrollWidth > e.clientWidth && e.clientWidth > 0)
          .map((e) => e.textContent)`);
      expect(cut, `${width}`).toEqual([]);
      expect((await captions(page, 0))[0]).toMatch(/score\s+\d\.\d\d\s*, distance\s+\d\.\d\d$/);
      await page.context().close();
    }
  });

  describe('of 5,000 faces', () => {
    let large: string;
    beforeAll(async () => {
      large = await largeReport();
    }, 600_000);

    it('paints at once, and has only the tiles near the window in the document', async () => {
      const page = await open(large);
      const paint = await page.evaluate(
        'performance.getEntriesByName("first-contentful-paint")[0].startTime',
      );
      console.log(`first contentful paint of 5,000 faces: ${Math.round(Number(paint))} ms`);
      expect(await result(page)).toBe('5,000 faces, 12 people');
      expect(await page.locator('.tile').count()).toBeLessThan(500);
      // What the paint waits for grows with the window, not with the number of faces.
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3000);
    });

    it('has the pictures in the window loaded while it is scrolled from end to end, all unfolded', async () => {
      const page = await open(large);
      await page.getByRole('button', { name: 'Unfold all' }).click();
      const seen = new Set<string>();
      let height = 0;
      let blank = 0;
      let steps = 0;
      for (let y = 0; y === 0 || y < height; y += 600) {
        // Two frames after each step, what is in the window is looked at.
        const { inWindow, unloaded, scrollHeight } = (await page.evaluate(`new Promise((done) => {
          scrollTo(0, ${y});
          requestAnimationFrame(() => requestAnimationFrame(() => {
            const tiles = [...document.querySelectorAll('.tile')].filter((tile) => {
              const { top, bottom } = tile.getBoundingClientRect();
              return bottom > 0 && top < innerHeight;
            });
            done({
              inWindow: tiles.map((tile) => tile.closest('section').querySelector('h2').textContent + tile.closest('li').dataset.index),
              unloaded: tiles.filter((tile) => !tile.querySelector('img').complete).length,
              scrollHeight: document.documentElement.scrollHeight,
            });
          }));
        })`)) as { inWindow: string[]; unloaded: number; scrollHeight: number };
        for (const tile of inWindow) seen.add(tile);
        height = scrollHeight;
        steps++;
        if (unloaded > 0) blank++;
      }
      console.log(`scrolled ${steps} windows: pictures missing two frames later in ${blank}`);
      expect(seen.size).toBe(5000);
      await expect
        .poll(() =>
          page.evaluate(
            `[...document.querySelectorAll('.tile img')].every((image) => image.naturalWidth > 0)`,
          ),
        )
        .toBe(true);
      expect(complaints).toEqual([]);
    });

    it('goes to the last of a large group and back by key', async () => {
      const page = await open(large);
      const tiles = page.locator('.card').first().locator('.tile');
      await tiles.first().focus();
      await page.keyboard.press('End');
      const focused = () => page.evaluate('document.activeElement.textContent');
      expect(await focused()).toMatch(/^Face 1,?100 of 1,?100/);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Home');
      expect(await focused()).toMatch(/^Face 1 of/);
    });
  });
});

async function expectVisible(locator: {
  waitFor(options: { state: 'visible' }): Promise<void>;
}): Promise<void> {
  await locator.waitFor({ state: 'visible' });
}

/** Two facesets of six and five faces, and three that were left out for two reasons. */
async function smallReport(): Promise<string> {
  const dir = tempDir('page');
  const photos = Array.from(
    { length: 14 },
    (_, n): PhotoOfTest => ({
      path: join(dir, 'photos', `photo ${n}.png`),
      width: 400 + n,
      faces: [{ who: n < 6 ? 0 : n < 11 ? 1 : 2, bbox: [40, 60, 140, 190], blur: 40 + 20 * n }],
    }),
  );
  const cache = await makeCache(photos);
  const outcomes = photos.map((_, n): RefineOutcome => {
    if (n < 6) return { faceset: 1, distance: 0.01 * n };
    if (n < 11) return { faceset: 2, distance: 0.001 * n };
    return {
      reason: n < 13 ? { code: 'blur', message: 'blur is low' } : { code: 'outlier', message: 'far' },
    };
  });
  const out = join(dir, 'out');
  await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes,
    out,
    options: { outlierThreshold: 0.5 },
  });
  await writeReport(out, { cache });
  return out;
}

/** An exported faceset of twelve faces. */
async function exportReport(): Promise<string> {
  const dir = tempDir('page-export');
  const photos = Array.from(
    { length: 12 },
    (_, n): PhotoOfTest => ({
      path: join(dir, 'photos', `${n}.png`),
      faces: [{ who: 0, bbox: [100 + n, 60, 208 + n, 192] }],
    }),
  );
  const cache = await makeCache(photos);
  const { manifest: refine } = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: photos.map(() => ({ faceset: 1, distance: 0 })),
    out: join(dir, 'refined'),
    options: {},
  });
  const out = join(dir, 'swap');
  await exportSwap({
    cache,
    cacheFile: CACHE_FILE,
    refine,
    refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
    out,
    finder: drawnFaceFinder(),
    options: { outSize: 64, duplicateThreshold: 0 },
  });
  await writeReport(out);
  return out;
}

/** 5,000 faces in 12 facesets, 100 on each photo. */
async function largeReport(): Promise<string> {
  const dir = tempDir('page-5000');
  mkdirSync(join(dir, 'photos'));
  const photos: PhotoOfTest[] = [];
  for (let n = 0; n < 50; n++) {
    const noise = await sharp({
      create: {
        width: 500,
        height: 500,
        channels: 3,
        background: { r: 5 * n, g: 120, b: 250 - 5 * n },
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
    const faces = Array.from({ length: 100 }, (_, i) => {
      const [x, y] = [50 * (i % 10), 50 * Math.floor(i / 10)];
      return {
        who: 0,
        bbox: [x + 10, y + 8, x + 40, y + 45] as [number, number, number, number],
        blur: (n * i) % 400,
      };
    });
    const path = join(dir, 'photos', `${n}.jpg`);
    writeFileSync(path, noise);
    photos.push({ path, width: 500, height: 500, faces, content: noise });
  }
  const cache = await makeCache(photos);
  const outcomes = Array.from({ length: 5000 }, (_, row): RefineOutcome => {
    const faceset = row < 1100 ? 0 : 1 + Math.floor((row - 1100) / 360);
    return { faceset, distance: (row % 97) / 200 };
  });
  const out = join(dir, 'out');
  await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes,
    out,
    options: { outlierThreshold: 0.5 },
  });
  await writeReport(out, { cache });
  return out;
}
