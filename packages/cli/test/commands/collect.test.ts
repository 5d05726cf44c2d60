import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';
import { ok, toyCollection } from '../toy-collection.js';

const root = tempDir('collect');
let out: string;

beforeAll(async () => {
  ({ out } = await toyCollection(join(root, 'out')));
  await ok('people', 'name', out, '1', 'Anna');
});

describe('face-sets collect', () => {
  it('puts all photos of a person into a folder, and overwrites nothing', async () => {
    const to = join(root, 'Anna');
    expect(await ok('collect', 'anna', out, '--to', to)).toBe(`${to}: 8 photos of Anna (1), 8 of them new\n`);
    const { faces } = JSON.parse(await ok('people', 'show', out, 'Anna', '--json'));
    const photos: string[] = faces.map(({ photo }: { photo: string }) => photo);
    expect(readdirSync(to).sort()).toEqual(photos.map((photo) => basename(photo)).sort());
    for (const photo of photos) expect(readFileSync(join(to, basename(photo)))).toEqual(readFileSync(photo));
    const own = join(to, basename(photos[0]!));
    rmSync(own);
    writeFileSync(own, 'mine');
    expect(await ok('collect', 'Anna', out, '--to', to)).toBe(`${to}: 8 photos of Anna (1), 1 of them new\n`);
    expect(readFileSync(own, 'utf8')).toBe('mine');
  });

  it('needs to be told where to', async () => {
    const { code, stderr } = await faceSets(['collect', 'Anna', out]);
    expect(code).toBe(2);
    expect(stderr).toContain("required option '--to <dir>' not specified");
  });
});
