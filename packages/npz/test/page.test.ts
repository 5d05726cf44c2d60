import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../src/file/index.js';
import { encodeNpz } from '../src/index.js';

const CHROMIUM = '/usr/bin/chromium';

/** Every kind of array that is read in a way of its own. */
const members = {
  floats: { data: Float32Array.of(1.5, -2, Number.NaN, 4), shape: [2, 2] },
  turned: { data: Int32Array.of(1, -2, 70_000), dtype: '>i4' },
  halves: { data: Float32Array.of(0.5, 65504), dtype: '<f2' },
  long: { data: BigInt64Array.of(-5n, 2n ** 60n) },
  names: { data: ['Ada', 'Åse', '顔'] },
  latin: { data: ['caf\xe9', '\x80'], dtype: 'S5' },
  '顔.txt': { bytes: new TextEncoder().encode('hello') },
};

describe('the entry for browsers', () => {
  it('needs nothing of Node', async () => {
    const { metafile, outputFiles } = await bundle();
    const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
    expect(imports.filter(({ external }) => external)).toEqual([]);
    expect(outputFiles[0]!.text).not.toMatch(/\bBuffer\./);
  });
});

describe.skipIf(!existsSync(CHROMIUM))(`in a page (needs ${CHROMIUM})`, () => {
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
    script = (await bundle()).outputFiles[0]!.text;
  });
  afterAll(() => browser?.close());

  it.each([false, true])(
    'decodes what Node wrote, and writes what Node reads (deflated: %s)',
    async (compressed) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.addScriptTag({ content: script });
      const written = encodeNpz(members, { compressed });
      const { seen, again } = await page.evaluate(
        async ({ bytes, compressed }) => {
          const { npz } = globalThis as unknown as { npz: typeof import('../src/index.js') };
          const { arrays, files } = npz.decodeNpz(Uint8Array.from(bytes));
          const seen = Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
            return [name, dtype, shape, Array.from(data as ArrayLike<unknown>, String)];
          });
          const members = {
            ...Object.fromEntries(
              Object.entries(arrays).map(([name, { data, shape, dtype }]) => [name, { data, shape, dtype }]),
            ),
            ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, { bytes }])),
          };
          return { seen, again: Array.from(npz.encodeNpz(members, { compressed })) };
        },
        { bytes: Array.from(written), compressed },
      );
      expect(errors).toEqual([]);
      expect(seen).toEqual([
        ['floats', '<f4', [2, 2], ['1.5', '-2', 'NaN', '4']],
        ['turned', '>i4', [3], ['1', '-2', '70000']],
        ['halves', '<f2', [2], ['0.5', '65504']],
        ['long', '<i8', [2], ['-5', String(2n ** 60n)]],
        ['names', '<U3', [3], ['Ada', 'Åse', '顔']],
        ['latin', 'S5', [2], ['caf\xe9', '\x80']],
      ]);
      expect(Buffer.from(again).equals(written)).toBe(true);

      const path = join(tempDir('npz-page'), 'page.npz');
      writeFileSync(path, Uint8Array.from(again));
      const { arrays, files } = await readNpz(path);
      expect(arrays.floats!.data).toEqual(members.floats.data);
      expect(arrays.names!.data).toEqual(members.names.data);
      expect(new TextDecoder().decode(files['顔.txt'])).toBe('hello');
    },
  );
});

function bundle() {
  return build({
    entryPoints: [join(import.meta.dirname, '../src/index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'npz',
    platform: 'browser',
  });
}
