import type { SwapFacesetManifest } from '@face-sets/manifests';
import { describe, expect, it } from 'vitest';
import { formatRanks, renamedFormatFiles } from '../../src/index.js';

const selection = (name: string, ranks: number[]) => ({
  name,
  select: 'diverse' as const,
  ranks,
  mean_cosine: 1,
  photo_cosine: 1,
  leave_one_out: ranks.map(() => 0),
});
const drift = (...selections: ReturnType<typeof selection>[]) => ({
  centroid_faces: 4,
  outliers: [],
  selections,
});

describe('formatRanks', () => {
  it('takes the largest bundle that does not hold all, else all, else none', () => {
    const [two, three, all] = [
      selection('top2', [0, 1]),
      selection('top3', [0, 2, 3]),
      selection('all', [0, 1, 2, 3]),
    ];
    expect(formatRanks(drift(two, three, all))).toEqual([0, 2, 3]);
    expect(formatRanks(drift(all))).toEqual([0, 1, 2, 3]);
    expect(formatRanks(drift())).toEqual([]);
  });
});

describe('renamedFormatFiles', () => {
  const bundle = (file: string) => ({ file, faces: 2, bytes: 9, sha256: 'a'.repeat(64) });
  const made: Pick<SwapFacesetManifest, 'bundles' | 'exports' | 'drift'> = {
    bundles: [bundle('faceset_001_top2.fsz'), bundle('faceset_001_all.fsz')],
    exports: [
      { format: 'safetensors', files: ['faceset_001.safetensors'], ranks: [0, 1] },
      { format: 'images', files: ['images/0000.png'], ranks: [0] },
      { format: 'of-tomorrow', files: ['faceset_001.new'], ranks: [0] },
    ],
    drift: drift(selection('top2', [0, 1]), selection('all', [0, 1, 2])),
  };

  it('renames what is named after the person, and nothing else, nor what a format wrote that is not known', () => {
    expect(Object.fromEntries(renamedFormatFiles(made, 'Anna'))).toEqual({
      'faceset_001_top2.fsz': 'Anna_top2.fsz',
      'faceset_001_all.fsz': 'Anna_all.fsz',
      'faceset_001.safetensors': 'Anna.safetensors',
      'images/0000.png': 'images/0000.png',
      'faceset_001.new': 'faceset_001.new',
    });
  });
});
