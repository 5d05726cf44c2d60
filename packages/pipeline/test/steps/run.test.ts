import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, toyLibrary } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { run, runLayout } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyExport } from '../toy-collection.js';

const root = tempDir('pipeline-run');

describe('run', () => {
  it('turns photos into facesets and pages, and has nothing to do the second time', async () => {
    const photos = join(root, 'photos');
    await cp((await toyLibrary('small')).dir, photos, { recursive: true });
    const out = join(root, 'out');
    const options = { ...(await toyExport()), out, minFaces: 3 };
    const { events, onEvent } = listen();
    const first = await run([photos], { ...options, onEvent });
    expect(first).toMatchObject({ out, interrupted: false, exportSwap: { summary: { facesets: 3 } } });
    expect(first.embed.embedded).toBeGreaterThan(0);
    expect(first.enrich!.enriched).toBe(first.embed.cachedFaces);
    expect(first.cluster!.summary.people).toBe(3);
    expect(first.refine!.summary.facesets).toBe(3);
    expect(first.reports!.map(({ kind }) => kind)).toEqual(['cluster', 'refine', 'export-swap']);
    expect(existsSync(join(runLayout(out).swapReady, 'faceset_003', 'manifest.json'))).toBe(true);
    const stages = events.flatMap((event) => (event.type === 'start' ? [event.stage] : []));
    expect(stages.slice(0, 5)).toEqual(['Embedding', 'Enriching', 'Clustering', 'Refining', 'Exporting']);

    const again = await run([photos], options);
    expect(again).toMatchObject({
      embed: { embedded: 0 },
      ...{ cluster: { upToDate: true }, refine: { upToDate: true } },
      exportSwap: { written: [], unchanged: first.exportSwap!.written },
    });
    expect(again).not.toHaveProperty('cost');
  });

  it('refuses a folder that holds something else, and sources that do not exist', async () => {
    const options = await toyExport();
    const { dir } = await toyLibrary('small');
    await expect(run([dir], { ...options, out: dir })).rejects.toMatchObject({ name: 'OutputFolderError' });
    const out = join(root, 'refused');
    const failing = run([join(root, 'none')], { ...options, out });
    await expect(failing).rejects.toThrow(/source not found: .*none \(expected a folder of photos\)/);
    expect(existsSync(out)).toBe(false);
  });
});
