import { chmodSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnreadablePathError } from '@face-sets/files';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  checkManifest,
  ManifestError,
  type RefineManifest,
  readManifest,
  readManifestIfThere,
  writeManifest,
} from '../src/index.js';

const face = {
  row: 0,
  sha256: 'a'.repeat(64),
  source: '/p/a.jpg',
  aliases: [],
  bbox: [1, 2, 101.5, 140] as [number, number, number, number],
  det_score: 0.9,
};
const manifest: RefineManifest = {
  schema_version: 1,
  kind: 'refine',
  cache: { path: '/c/faces.npz', sha256: 'b'.repeat(64), faces: 2, images: 1 },
  options: { minFaces: 3, link: 'clone', sizes: [128, 640] },
  summary: {
    facesets: 1,
    faces: 1,
    rejected: 1,
    rejected_by: { blur: 1 },
    noface_images: 0,
    error_images: 0,
    files: 1,
    file_errors: 0,
  },
  facesets: [
    {
      id: 'faceset_001',
      folder: 'faceset_001',
      unique_images: 1,
      faces: [
        { ...face, distance: 0.1, quality: { short_edge: 100.5, blur: 90 }, files: ['faceset_001/p__a.jpg'] },
      ],
    },
  ],
  rejected: [{ ...face, row: 1, reason: { code: 'blur', value: 12, limit: 40, message: 'too blurred' } }],
  image_errors: [],
  file_errors: [],
};

/** The manifest with the value at a path replaced, or removed by `undefined`. */
const changed = (path: (string | number)[], value: unknown): unknown => {
  const copy = structuredClone(manifest) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const part of path.slice(0, -1)) at = at[part] as typeof copy;
  at[path[path.length - 1]] = value;
  return copy;
};

describe('manifests', () => {
  it('come back as they were written, in a file for the owner alone', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    await writeManifest(path, 'refine', manifest);
    expect(await readManifest(path, 'refine')).toEqual(manifest);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are JSON with a face on a line', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    await writeManifest(path, 'refine', manifest);
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toEqual(manifest);
    expect(text).toContain('\n  "schema_version": 1,\n');
    expect(text.split('\n').filter((line) => line.includes('/p/a.jpg"')).length).toBe(2);
  });

  it.each<[string, (string | number)[], unknown, RegExp]>([
    [
      'a text for a number',
      ['facesets', 0, 'faces', 0, 'bbox', 2],
      'x',
      /facesets\[0\]\.faces\[0\]\.bbox\[2\]: .*expected number.*found "x"/,
    ],
    ['a missing field', ['rejected', 0, 'reason'], undefined, /rejected\[0\]\.reason: .*found nothing/],
    [
      'a path that leads out',
      ['facesets', 0, 'faces', 0, 'files', 0],
      '../../x',
      /files\[0\]: expected a relative path/,
    ],
    [
      'an absolute path',
      ['facesets', 0, 'folder'],
      '/etc',
      /facesets\[0\]\.folder: expected a relative path/,
    ],
    ['a Windows path', ['facesets', 0, 'folder'], 'C:\\x', /facesets\[0\]\.folder: expected a relative path/],
    ['another kind', ['kind'], 'cluster', /kind: expected "refine", found "cluster"/],
    ['another version', ['schema_version'], 2, /schema_version: expected 1, found 2/],
    [
      'a short hash',
      ['cache', 'sha256'],
      'abc',
      /cache\.sha256: expected 64 lower-case hexadecimal digits, found "abc"/,
    ],
  ])('are refused with %s, in one line that names the field', (_, path, value, message) => {
    const check = () => checkManifest(changed(path, value), 'refine', 'm.json');
    expect(check).toThrow(ManifestError);
    expect(check).toThrow(message);
    expect(check).toThrow(/^m\.json: [^\n]+$/);
  });

  it.each([null, [], 'text', 7])('are refused when they are %j', (value) => {
    expect(() => checkManifest(value, 'refine', 'm.json')).toThrow(
      /m\.json: expected a manifest of kind "refine"/,
    );
  });

  it('that are missing or cut off are named', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    await expect(readManifest(path, 'refine')).rejects.toThrow(`no manifest at ${path}`);
    writeFileSync(path, '{"kind": "ref');
    await expect(readManifest(path, 'refine')).rejects.toThrow(/is not JSON/);
  });

  it('with a wrong field are not written', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    const wrong = changed(['facesets', 0, 'id'], 'x') as RefineManifest;
    await expect(writeManifest(path, 'refine', wrong)).rejects.toThrow(
      /facesets\[0\]\.id: expected faceset_NNN/,
    );
    expect(() => statSync(path)).toThrow();
  });

  it('are left alone where the file holds these bytes already', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    await writeManifest(path, 'refine', manifest);
    utimesSync(path, 1000, 1000);
    const before = statSync(path);
    await writeManifest(path, 'refine', structuredClone(manifest));
    expect(statSync(path)).toMatchObject({ ino: before.ino, mtimeMs: 1_000_000 });
    // As long as before, but another text.
    const other = changed(['cache', 'path'], '/d/faces.npz') as RefineManifest;
    await writeManifest(path, 'refine', other);
    expect(statSync(path).size).toBe(before.size);
    expect(await readManifest(path, 'refine')).toEqual(other);
    await writeManifest(path, 'refine', changed(['cache', 'path'], '/longer/faces.npz') as RefineManifest);
    expect((await readManifest(path, 'refine')).cache.path).toBe('/longer/faces.npz');
  });

  it('that cannot be read are named once, with the reason', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    mkdirSync(path);
    await expect(readManifest(path, 'refine')).rejects.toThrow(
      new ManifestError(`cannot read the manifest ${path}: it is not a file`),
    );
  });
});

describe('readManifestIfThere', () => {
  it('takes what is missing, damaged or of another kind for none', async () => {
    const path = join(tempDir('manifest'), 'refine_manifest.json');
    expect(await readManifestIfThere(path, 'refine')).toBeNull();
    for (const text of ['', '{"kind": "ref', '[]', '{"kind": "cluster", "schema_version": 1}']) {
      writeFileSync(path, text);
      expect(await readManifestIfThere(path, 'refine')).toBeNull();
    }
    await writeManifest(path, 'refine', manifest);
    expect(await readManifestIfThere(path, 'refine')).toEqual(manifest);
    expect(await readManifestIfThere(path, 'cluster')).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('does not take one for missing that may not be read', async () => {
    const dir = tempDir('manifest');
    chmodSync(dir, 0o755);
    const path = join(dir, 'refine_manifest.json');
    writeFileSync(path, '{}');
    chmodSync(path, 0);
    await expect(asOrdinaryUser(() => readManifestIfThere(path, 'refine'))).rejects.toThrow(
      UnreadablePathError,
    );
  });
});
