import { describe, expect, it } from 'vitest';
import { facesetFolder, relativePath, swapFacesetManifestSchema } from '../src/index.js';

const LEADS_OUT = ['', '/etc', '..', '../x', 'a/../../b', 'a//b', './a', 'a/.', 'a/', 'a\0b'];

describe('a path in a manifest', () => {
  it.each(LEADS_OUT)('is refused as %j', (path) => {
    expect(relativePath.safeParse(path).success).toBe(false);
    expect(facesetFolder.safeParse(path).success).toBe(false);
  });

  it.each(['a', 'faceset_001/faces/0000.png', '...', 'a..b/.c'])('may be %j', (path) => {
    expect(relativePath.safeParse(path).success).toBe(true);
  });

  it.skipIf(process.platform === 'win32')(
    'may be what an owner has called a folder, of a faceset alone',
    () => {
      for (const name of ['Anna: at school', 'back\\slash']) {
        expect(facesetFolder.safeParse(name).success).toBe(true);
        expect(relativePath.safeParse(name).success).toBe(false);
      }
    },
  );
});

describe('what is said of a faceset', () => {
  const { label, years } = swapFacesetManifestSchema.shape;

  it.each(['Anna', 'José 🎉', 'A'])('may be the name %j', (name) => {
    expect(label.safeParse(name).success).toBe(true);
  });

  it.each(['', ' Anna', 'Anna ', 'An\nna', 'A\0'])('is not the name %j', (name) => {
    expect(label.safeParse(name).success).toBe(false);
  });

  it('has years in their order, or none', () => {
    for (const good of [[2004, 2007], [2004, 2004], null, undefined]) {
      expect(years.safeParse(good).success).toBe(true);
    }
    expect(years.safeParse([2007, 2004]).error?.issues[0].message).toBe(
      'expected the first year before the last',
    );
  });
});
