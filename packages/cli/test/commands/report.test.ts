import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, faceSets, treeHashes, treeTimes } from '../face-sets.js';

describe('face-sets report', () => {
  const out = join(tempDir('report'), 'out');
  const OUTPUTS = ['raw', 'refined', 'facesets_swap_ready'];
  let args: string[];
  let first: Finished;

  beforeAll(async () => {
    const photos = (await toyLibrary('small')).dir;
    args = ['run', photos, '--out', out, '--models', await toyModels(), '--min-faces', '4'];
    first = await faceSets([...args, '--no-report']);
  });

  it('is not written by run --no-report', () => {
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).not.toContain('report.html');
    for (const output of OUTPUTS) expect(existsSync(join(out, output, 'report.html'))).toBe(false);
  });

  it('writes the page of one output and says where it is', async () => {
    const { code, stdout } = await faceSets(['report', join(out, 'refined'), '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${join(out, 'refined', 'report.html')}: 3 people`);
    expect(readFileSync(join(out, 'refined', 'report.html'), 'utf8')).toContain('"score":');
  });

  it('is written for every output by run, which names the last', async () => {
    const { code, stdout } = await faceSets(args);
    expect(code).toBe(0);
    for (const output of OUTPUTS) expect(existsSync(join(out, output, 'report.html'))).toBe(true);
    expect(stdout).toMatch(/^Report +.*facesets_swap_ready.report\.html/m);
  });

  it('leads from each page to the others', async () => {
    const page = readFileSync(join(out, 'raw', 'report.html'), 'utf8');
    for (const output of OUTPUTS.slice(1)) expect(page).toContain(`"../${output}/report.html"`);
  });

  it('writes nothing when everything is there', async () => {
    const hashes = treeHashes(out);
    const times = treeTimes(out);
    for (const output of OUTPUTS) {
      const { stdout } = await faceSets(['report', join(out, output), '--json', '--quiet']);
      expect(JSON.parse(stdout)).toMatchObject({ written: false, thumbnails: { rendered: 0, missing: 0 } });
    }
    expect(treeHashes(out)).toEqual(hashes);
    expect(treeTimes(out)).toEqual(times);
  });

  it('says in one line what is wrong with a folder that is no output', async () => {
    const { code, stderr } = await faceSets(['report', join(out, '..'), '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^face-sets: .* is not the output of cluster, refine or export-swap[^\n]*\n$/);
  });
});
