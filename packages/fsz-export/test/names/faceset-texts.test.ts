import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { writeFacesetTexts, yearsText } from '../../src/index.js';

/** What is in the files of a new folder for a faceset. */
async function textsOf(
  ...args: Parameters<typeof writeFacesetTexts> extends [string, ...infer R] ? R : never
) {
  const folder = tempDir('texts');
  const names = await writeFacesetTexts(folder, ...args);
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
  for (const name of names) {
    if (process.platform !== 'win32') expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('yearsText', () => {
  it.each([
    [[2005, 2009], '2005-2009'],
    [[2007, 2007], '2007'],
    [null, 'years unknown'],
    [undefined, 'years unknown'],
  ] as const)('says %j as %s', (years, text) => {
    expect(yearsText(years && [...years])).toBe(text);
  });
});

describe('writeFacesetTexts', () => {
  it('writes the name of a person, under a name that every system takes', async () => {
    expect(await textsOf('faceset_001', { label: 'Anna/Marie' })).toEqual({
      'Anna_Marie.txt': 'Anna/Marie\n',
    });
  });

  it('writes nothing of someone without a name', async () => {
    expect(await textsOf('faceset_001', {})).toEqual({});
    // Few faces are the matter of eras: a faceset of few has its folder in `_thin` to say so.
    expect(await textsOf('faceset_001', {}, { faces: 2, wanted: 3 })).toEqual({});
  });

  it('writes of an era whose it is and its years', async () => {
    const era = { era_of: 'faceset_001', years: [2001, 2004] as [number, number] };
    expect(await textsOf('faceset_001_era_02', era)).toEqual({
      'faceset_001_era_02.txt': 'faceset_001_era_02 of faceset_001: 2001-2004\n',
    });
    expect(await textsOf('faceset_001_era_02', { ...era, label: 'Anna', years: null })).toEqual({
      'Anna.txt': 'Anna\n',
      'faceset_001_era_02.txt': 'faceset_001_era_02 of faceset_001 (Anna): years unknown\n',
    });
  });

  it.each([
    [1, /^1 face, fewer than 20: /],
    [7, /^7 faces, fewer than 20: /],
  ])('says of an era of %i faces that they are few', async (faces, said) => {
    const texts = await textsOf('faceset_001_era_02', { era_of: 'faceset_001' }, { faces, wanted: 20 });
    expect(Object.keys(texts)).toEqual(['faceset_001_era_02.txt', 'THIN.txt']);
    expect(texts['THIN.txt']).toMatch(said);
  });
});
