import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { ok, toyCollection } from '../toy-collection.js';

let out: string;

beforeAll(async () => {
  ({ out } = await toyCollection(join(tempDir('why'), 'out')));
});

describe('face-sets why', () => {
  it('explains each face of a photo, also of a copy in an output folder', async () => {
    const folder = join(out, 'raw', 'person_001');
    const copy = join(folder, readdirSync(folder).find((name) => name.includes('IMG_0002'))!);
    const text = await ok('why', copy, out);
    expect(text).toMatch(/^\S+2021\/IMG_0002\.jpg\n {2}\S+@\S+: person 1, 0\.\d{3} from their other faces\n/);
    expect(text).toContain('    in no faceset: only 8 good photos of this person, 15 are needed\n');
    expect(text).toMatch(/\n {4}shorter side of the face box: [\d.]+, at least 90: passed\n/);
    expect(text).toContain('    good photos of the person: 8, at least 15: failed\n');
  });

  it('goes by the limits of the collection, and names decisions', async () => {
    await ok('refine', join(out, 'faces.npz'), join(out, 'refined'), '--min-faces', '3');
    const { faces } = JSON.parse(await ok('people', 'show', out, '1', '--json'));
    await ok('people', 'drop', out, '1', faces[0].face);
    const text = await ok('why', faces[0].photo, out);
    expect(text).toContain('    in no faceset: was dropped from the faceset by a decision\n');
    expect(text).toContain('    good photos of the person: 7, at least 3: passed\n');
    expect(text).toContain(`: the face in ${faces[0].photo} stays out of the faceset of person 1\n`);
    const json = JSON.parse(await ok('why', faces[1].photo, out, '--json'));
    expect(json.faces).toContainEqual(expect.objectContaining({ person: 1, faceset: 'faceset_001' }));
  });
});
