import { OUTPUT_MANIFESTS } from '@face-sets/files';
import { describe, expect, it } from 'vitest';
import { duplicatesPath, MANIFEST_NAMES, MANIFESTS, type ManifestKind } from '../src/index.js';

const kinds = Object.keys(MANIFESTS) as ManifestKind[];

describe('the registry of manifests', () => {
  it.each(kinds)('knows %s by the word that its schema asks for', (kind) => {
    const { success, error } = MANIFESTS[kind].schema.safeParse({ schema_version: 1, kind });
    expect(success).toBe(false);
    expect(error!.issues.map(({ path }) => path[0])).not.toContain('kind');
  });

  it('agrees with what photos go by to leave an output out', () => {
    expect(MANIFEST_NAMES).toMatchObject(OUTPUT_MANIFESTS);
  });

  it('lists duplicates beside the cache', () => {
    expect(duplicatesPath('/c/faces.npz')).toBe('/c/faces.npz.duplicates.json');
  });
});
