import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManifestError } from '@face-sets/manifests';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, dedup, refine, report, runLayout } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-report');
/** Laid out as a run does. */
const at = runLayout(root);

beforeAll(async () => {
  await drawnCache(at.cache, threePeople(join(root, 'photos')));
  await cluster(at.cache, at.raw);
  await refine(at.cache, at.refined, { minFaces: 3 });
});

describe('report', () => {
  it('writes the page of an output with a thumbnail for each face, once', async () => {
    const { events, onEvent } = listen();
    const [page, ...others] = await report(at.raw, { onEvent });
    expect(others).toEqual([]);
    const path = join(at.raw, 'report.html');
    expect(page).toMatchObject({ path, kind: 'cluster', people: 3, faces: 9, written: true });
    expect(page!.thumbnails).toMatchObject({ rendered: 9, missing: 0 });
    expect(readFileSync(path, 'utf8')).toContain('person_003');
    expect(events.filter(({ type }) => type === 'end')).toEqual([
      expect.objectContaining({ summary: `Report of 3 people: ${path}` }),
    ]);
    const [again] = await report(at.raw);
    expect(again).toMatchObject({ written: false, thumbnails: { rendered: 0, unchanged: 9 } });
  });

  it('writes the pages of all outputs of a run, in the order of its steps', async () => {
    const pages = await report(root);
    expect(pages.map(({ kind, people }) => [kind, people])).toEqual([
      ['cluster', 3],
      ['refine', 3],
    ]);
    expect(readFileSync(pages[1]!.path, 'utf8')).toContain('../raw/report.html');
  });

  it('shows a list of duplicates in a folder beside it', async () => {
    const { path } = await dedup(at.cache);
    const [page] = await report(path);
    expect(page).toMatchObject({ kind: 'duplicates', people: 0 });
    expect(page!.path).toBe(join(`${at.cache}.duplicates`, 'report.html'));
  });

  it('refuses a folder without an output, and writes nothing into it', async () => {
    const photos = join(root, 'photos');
    await expect(report(photos)).rejects.toThrow(ManifestError);
    await expect(report(photos)).rejects.toThrow(/it has no manifest/);
    expect(existsSync(join(photos, 'report.html'))).toBe(false);
  });
});
