import { describe, expect, it } from 'vitest';
import { calibratedRecognizers, findPack, MODEL_PACKS } from '../../src/index.js';

describe('MODEL_PACKS', () => {
  it('has whole addresses and hashes', () => {
    for (const pack of MODEL_PACKS) {
      const { name } = pack;
      expect(findPack(name)).toBe(pack);
      expect(pack.license).toContain('license');
      expect(pack.url).toBe(`https://github.com/deepinsight/insightface/releases/download/v0.7/${name}.zip`);
      for (const file of [pack, ...(pack.files ?? [])]) {
        if (file.sha256 !== undefined) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
      expect(pack.roles).toContain('detection');
      if (pack.files) expect(pack.files.map((file) => file.role).sort()).toEqual([...pack.roles].sort());
    }
    expect(findPack('buffalo_l')?.size).toBe(288621354);
    expect(findPack('constructor')).toBeUndefined();
  });

  it('say which recognizer the default thresholds are calibrated for', () => {
    for (const { calibrated, files } of MODEL_PACKS) {
      if (calibrated) expect(files?.map(({ role }) => role)).toContain('recognition');
    }
    expect(calibratedRecognizers()).toEqual([
      {
        name: 'w600k_r50',
        sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
        pack: 'buffalo_l',
      },
    ]);
  });
});
