import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

describe.skipIf(!existsSync(CHROMIUM))(`In a page without cross-origin isolation (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, '../src/index.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'cluster',
      platform: 'browser',
      // Asked for at run time, in Node only.
      external: ['node:*'],
    });
    script = outputFiles[0]!.text;
  });
  afterAll(() => browser?.close());

  it('more than 4,096 faces are clustered, and other work has its turn meanwhile', async () => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.addScriptTag({ content: script });
    const found = await page.evaluate(async () => {
      const { cluster } = globalThis as unknown as { cluster: typeof import('../src/index.js') };
      const [rows, cols, people] = [4500, 16, 30];
      const data = new Float32Array(rows * cols);
      // Directions of people that are nearly at right angles, with a little noise.
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < cols; k++) {
          const person = row % people;
          data[row * cols + k] = Math.sin((person + 1) * (k + 1) * 12.9898) + 0.01 * Math.sin(row * k);
        }
      }
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const matrix = { data, rows, cols };
      const labels = await cluster.agglomerative(matrix, {
        threshold: 0.05,
        similarity: cluster.jsSimilarity,
      });
      clearInterval(timer);
      return {
        isolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated,
        clusters: new Set(labels).size,
        together: labels.every((label, row) => label === labels[row % people]),
        turns,
      };
    });
    expect(errors).toEqual([]);
    expect(found).toMatchObject({ isolated: false, together: true });
    // People may be alike by chance.
    expect(found.clusters).toBeGreaterThan(20);
    expect(found.turns).toBeGreaterThan(0);
  });
});
