import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pathFromBytes } from '@face-sets/files';
import { readManifest } from '@face-sets/manifests';
import { exportSwap, type RefineOutcome, writePersonFolders, writeRefinedFolders } from '@face-sets/outputs';
import {
  CACHE_FILE,
  drawnFaceFinder,
  makeCache,
  type PhotoOfTest,
  peopleOf,
  tempDir,
} from '@face-sets/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../src/index.js';
import { drawDuplicates } from './drawn-duplicates.js';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
/** Everything that axe knows, experimental rules too. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];
const VIEWS: [string, BrowserContextOptions][] = [
  ['on a desktop', { viewport: { width: 1280, height: 900 } }],
  ['in the dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 360, height: 780 } }],
  ['at 200 %', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
];

describe.skipIf(!existsSync(CHROMIUM))(`the report page (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  let pages: Record<string, string>;
  let root: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    root = tempDir('access');
    pages = await everyPage(root);
  }, 300_000);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(() => browser?.close());

  async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await page.goto(pathToFileURL(pages[name]).href);
    await page.waitForSelector('h1');
    return page;
  }

  const KINDS = ['raw', 'refined', 'nobody', 'exported', 'eras', 'empty', 'duplicates'];

  describe.each(VIEWS)('%s', (_, view) => {
    it.each(KINDS)('breaks no rule of accessibility: %s', async (kind) => {
      const page = await open(kind, view);
      const broken = async () => {
        await page.evaluate(AXE);
        return page.evaluate(`axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(RULES)} } })
          .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`);
      };
      expect(await broken()).toEqual([]);
      for (const tile of ['li:not(.out) > .tile', 'li.out > .tile']) {
        const first = page.locator(tile).first();
        if ((await first.count()) === 0) continue;
        const name = await first.textContent();
        await first.click();
        await page.waitForTimeout(100);
        expect(await broken()).toEqual([]);
        await page.keyboard.press('Escape');
        await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(name);
      }
    });

    it.each(KINDS)('never scrolls sideways: %s', async (kind) => {
      const page = await open(kind, view);
      const width = view.viewport!.width;
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });

    it('keeps the shape of every picture', async () => {
      for (const kind of ['raw', 'refined', 'exported', 'duplicates']) {
        const page = await open(kind, view);
        await page.getByRole('button', { name: 'Unfold all' }).click();
        const tiles = page.locator('.tile:has(img)');
        for (let i = 0; i < (await tiles.count()); i++) {
          await tiles.nth(i).click();
          await expect
            .poll(() =>
              page.evaluate(
                `[...document.querySelectorAll('dialog img')].every((image) => image.complete && image.naturalWidth > 0)`,
              ),
            )
            .toBe(true);
          const shapes = (await page.evaluate(`[...document.querySelectorAll('img')]
            .filter((image) => image.naturalWidth > 0 && image.clientWidth > 0)
            .map((image) => [image.naturalWidth / image.naturalHeight, image.clientWidth / image.clientHeight, image.src])`)) as [
            number,
            number,
            string,
          ][];
          for (const [real, shown, src] of shapes) expect(shown / real, `${kind} ${src}`).toBeCloseTo(1, 1);
          await page.keyboard.press('Escape');
        }
        await page.context().close();
      }
    }, 600_000);
  });

  it('links each face, left out or not, to its photo, whatever the photo is called', async () => {
    const sources = { refined: 'refined', exported: 'exported' };
    const linked = new Set<string>();
    for (const kind of Object.keys(sources)) {
      const page = await open(kind);
      await page.getByRole('button', { name: 'Unfold all' }).click();
      const tiles = page.locator('.tile');
      const count = await tiles.count();
      for (let i = 0; i < count; i++) {
        await tiles.nth(i).click();
        const dialog = page.getByRole('dialog');
        const links = await dialog
          .locator('a')
          .evaluateAll((all) =>
            (
              all as unknown as { textContent: string; href: string; getAttribute(name: string): string }[]
            ).map((a): [string, string, string] => [a.textContent, a.getAttribute('href'), a.href]),
          );
        expect(links.map(([text]) => text).slice(1)).toEqual(
          kind === 'exported' && !(await tiles.nth(i).textContent())?.includes('left out')
            ? ['Open crop', 'Open photo', 'Open its folder']
            : ['Open photo', 'Open its folder'],
        );
        for (const [text, written, href] of links) {
          expect(written).not.toMatch(/^[a-z]+:|^\/|[<>"'\\]/i);
          expect(existsSync(fileOf(href)), `${text}: ${href}`).toBe(true);
        }
        linked.add(links[0][2]);
        await page.keyboard.press('Escape');
      }
      await page.context().close();
    }
    const names = [...linked].map((href) => href.slice(href.lastIndexOf('/') + 1));
    expect(names).toContain('%E4%F6.png');
    expect(names).toContain('a%23b%3Fc%25d%20e.png');
    expect(linked.size).toBe(hostileNames(root).length + 6);
  });

  it('shows the photo of a face that was left out, with the face marked', async () => {
    const page = await open('refined');
    await page.locator('li.out > .tile').first().click();
    await page.locator('dialog .mark').waitFor({ state: 'visible' });
    expect(await page.locator('dialog img').getAttribute('src')).toContain('photos/');
  });

  it('writes out what a name or a path hides', async () => {
    const page = await open('refined');
    const card = page.locator('.card').first();
    expect(await card.locator('h2').textContent()).toBe('An\\u202ena\\x1b');
    await page.getByRole('button', { name: 'Unfold all' }).click();
    await page.locator('.tile', { hasText: 'nrut' }).click();
    expect(await page.locator('dialog .path').first().textContent()).toContain('\\u202enrut\\x07.png');
    expect(
      await page.evaluate(`/[\\u0000-\\u001f\\u202e]/.test(document.body.innerText.replace(/\\n|\\t/g, ''))`),
    ).toBe(false);
  });

  it('shows figures such that none contradicts the reason', async () => {
    const page = await open('refined');
    await page.getByLabel('Reason', { exact: true }).selectOption('det-score');
    await page.locator('.tile').click();
    const dialog = page.getByRole('dialog');
    const figure = (of: string) => dialog.locator(`dt:text-is("${of}") + dd`).textContent();
    expect(await dialog.locator('.status span').textContent()).toBe('detector score 0.5996 is below 0.6');
    expect(await figure('Detector score')).toBe('0.5996');
    await page.keyboard.press('Escape');
    await page.getByLabel('Reason', { exact: true }).selectOption('short-edge');
    await page.locator('.tile').click();
    expect(await dialog.locator('.status span').textContent()).toBe('short edge 89.7 px is below 90');
    expect(await figure('Size of the face')).toBe('89.7 × 120 pixels');
    await page.keyboard.press('Escape');
    await page.getByLabel('Reason', { exact: true }).selectOption('outlier');
    expect(await page.locator('.tile .distance').textContent()).toBe('0.5002');
    await page.locator('.tile').click();
    expect(await figure('Distance to centroid')).toBe('0.5002');
  });

  it('prints every card with its pictures, not only those near the window', async () => {
    for (const kind of ['raw', 'refined', 'many']) {
      const page = await open(kind);
      const faces = Number((await page.locator('output').textContent())?.split(' ')[0]);
      const pdf = await page.pdf({ format: 'A4' });
      const pictures = pdf.toString('latin1').match(/\/Subtype\s*\/Image/g)?.length ?? 0;
      // The same picture, as that of a cover, is in the file once.
      expect(pictures, kind).toBeGreaterThanOrEqual(kind === 'many' ? 40 : faces - 2);
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      const seen = (await page.evaluate(`[...document.querySelectorAll('.card')].map((card) => [
        card.querySelector('h2').getClientRects().length,
        card.querySelectorAll('.tile img').length,
        card.querySelector('.tiles').clientHeight > 50,
      ])`)) as [number, number, boolean][];
      for (const [headings, tiles, tall] of seen)
        expect([headings, tiles > 0, tall]).toEqual([1, true, true]);
      expect(await page.locator('.tools').isVisible()).toBe(false);
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
      await page.emulateMedia({ media: 'screen' });
      if (kind === 'many') expect(await page.locator('.tile').count()).toBeLessThan(40);
      await page.context().close();
    }
  });

  it('prints light on dark paper for no one', async () => {
    const page = await open('refined', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(20, 23, 31)');
  });
});

/** The file that an address stands for, byte by byte. */
function fileOf(href: string): string | Buffer {
  try {
    return fileURLToPath(href);
  } catch {
    const bytes = new URL(href).pathname.replace(/%([0-9A-F]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1');
  }
}

/** Photos that are hard to link. */
function hostileNames(root: string): string[] {
  const below = (name: string) => join(root, 'photos', name);
  return [
    below('a#b?c%d e.png'),
    below('"><img src=x onerror=alert(1)>.png'),
    below('back\\slash.png'),
    join(root, 'photos', 'javascript:alert(1)', 'x.png'),
    below('\u202enrut\u0007.png'),
    below('Ünïcödé 🎉.png'),
    pathFromBytes(
      Buffer.concat([
        Buffer.from(`${join(root, 'photos')}/`),
        Buffer.from([0xe4, 0xf6]),
        Buffer.from('.png'),
      ]),
    ),
  ];
}

/** A page of every kind, by name. */
async function everyPage(root: string): Promise<Record<string, string>> {
  const bbox: [number, number, number, number] = [60, 60, 170, 200];
  const photos: PhotoOfTest[] = [
    ...hostileNames(root).map((path, n) => ({
      path,
      // Tall and wide ones.
      width: n % 2 ? 320 : 900 + n,
      height: n % 2 ? 900 + n : 320,
      faces: [{ who: 0, bbox, turn: n }],
    })),
    ...[0, 1, 2].map((n) => ({
      path: join(root, 'photos', `green ${n}.png`),
      width: 400 + n,
      faces: [{ who: 1, bbox, turn: n }],
    })),
    { path: join(root, 'photos', 'unsure.png'), width: 410, faces: [{ who: 2, bbox, detScore: 0.5996 }] },
    {
      path: join(root, 'photos', 'small.png'),
      width: 411,
      faces: [{ who: 2, bbox: [60, 60, 149.7, 180] as typeof bbox }],
    },
    { path: join(root, 'photos', 'far.png'), width: 1200, height: 250, faces: [{ who: 2, bbox }] },
  ];
  const cache = await makeCache(photos);
  const used = { cache, cacheFile: CACHE_FILE };
  const reasons = [
    { code: 'det-score', value: 0.5996, limit: 0.6, message: 'detector score 0.5996 is below 0.6' },
    { code: 'short-edge', value: 89.7, limit: 90, message: 'short edge 89.7 px is below 90' },
    {
      code: 'outlier',
      value: 0.5002,
      limit: 0.5,
      message: 'cosine distance 0.5002 to the centroid is above 0.5',
    },
  ];
  const first = hostileNames(root).length;
  const outcomes = photos.map((_, n): RefineOutcome => {
    if (n < first) return { faceset: 1, distance: 0.01 * n };
    return n < first + 3 ? { faceset: 2, distance: 0.01 * n } : { reason: reasons[n - first - 3] };
  });

  const raw = join(root, 'raw');
  const labels = photos.map((_, n) => (n < first ? 0 : n < first + 3 ? 1 : -1));
  await writePersonFolders({ ...used, people: peopleOf(cache, labels), out: raw, options: {} });
  await writeReport(raw, { cache, links: [{ label: 'People', file: '' }] });

  const refined = join(root, 'refined');
  const { manifest: refine } = await writeRefinedFolders({
    ...used,
    outcomes,
    out: refined,
    options: { outlierThreshold: 0.5 },
  });
  writeFileSync(join(refined, 'faceset_001', 'NAME.txt'), 'An\u202ena\x1b\n');
  await writeReport(refined, { cache });

  const nobody = join(root, 'nobody');
  await writeRefinedFolders({
    ...used,
    outcomes: photos.map(() => ({ reason: reasons[0] })),
    out: nobody,
    options: {},
  });
  await writeReport(nobody, { cache });

  const exported = join(root, 'exported');
  const input = {
    ...used,
    refine,
    refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
    out: exported,
    finder: drawnFaceFinder(),
    options: {
      outSize: 128,
      duplicateThreshold: 0,
      minFaces: 2,
      formats: ['fsz', 'images'] as ('fsz' | 'images')[],
    },
  };
  await exportSwap(input);
  const eras = join(root, 'eras');
  await exportSwap({ ...input, out: eras });
  await writeReport(exported, { cache });
  await probe(eras);
  await writeReport(eras, { cache });

  const empty = join(root, 'empty');
  await exportSwap({ ...input, out: empty, refine: { ...refine, facesets: [] } });
  await writeReport(empty, { cache });

  const many = join(root, 'many');
  mkdirSync(many);
  const manyCache = await makeCache(
    Array.from({ length: 40 }, (_, n) => ({
      path: join(root, 'many-photos', `${n}.png`),
      width: 300 + n,
      // No two pictures of the same pixels.
      faces: [{ who: n % 5, bbox: [60, 60, 130 + n, 200] as typeof bbox }],
    })),
  );
  const people = Array.from({ length: 40 }, (_, n) => Math.floor(n / 2));
  const of = { cache: manyCache, cacheFile: CACHE_FILE };
  await writePersonFolders({ ...of, people: peopleOf(manyCache, people), out: many, options: {} });
  await writeReport(many, { cache: manyCache });

  const list = await drawDuplicates();
  const duplicates = (await writeReport(list)).path;
  const page = (out: string) => join(out, 'report.html');
  return {
    raw: page(raw),
    refined: page(refined),
    nobody: page(nobody),
    exported: page(exported),
    eras: page(eras),
    empty: page(empty),
    many: page(many),
    duplicates,
  };
}

/** What `eras probe` leaves for the page. */
async function probe(out: string): Promise<void> {
  const { inputs_sha256 } = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
  const alignment = { explained: 0.62, p_value: 0.01, groups: 2, faces: 7 };
  const clusters = [
    {
      faces: 4,
      dominant_year: 2004,
      years: [
        { year: 2004, faces: 3 },
        { year: 2005, faces: 1 },
      ],
    },
    { faces: 3, dominant_year: 2012, years: [{ year: 2012, faces: 3 }] },
  ];
  const found = {
    schema_version: 1,
    kind: 'eras-probe',
    faceset: 'faceset_001',
    inputs_sha256,
    sortable: true,
    verdict: 'aligned',
    sub_threshold: 0.3,
    alignment,
    covered: 1,
    faces: 7,
    dated: 7,
    years: [
      { year: 2004, faces: 3 },
      { year: 2005, faces: 1 },
      { year: 2012, faces: 3 },
    ],
    histogram: { bin_width: 0.02, counts: [1, 4, 9, 6, 1], pairs: 21, mean: 0.05, faces: 7 },
    thresholds: [{ threshold: 0.3, alignment, sub_clusters: clusters }],
  };
  mkdirSync(join(out, '_report', 'eras'), { recursive: true });
  writeFileSync(join(out, '_report', 'eras', 'faceset_001.json'), JSON.stringify(found));
}
