import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cluster, InvalidOptionsError, refine, run } from '../../src/index.js';

describe('hdbscan', () => {
  it('takes no threshold of a first clustering, and nothing is written', async () => {
    const out = join(tempDir('algorithm'), 'out');
    const algorithm = 'hdbscan' as const;
    const photos = (await toyLibrary('small')).dir;
    for (const [name, asked] of [
      ['threshold', () => cluster('none.npz', out, { algorithm, threshold: 0.5 })],
      ['initialThreshold', () => refine('none.npz', out, { algorithm, initialThreshold: 0.5 })],
      ['threshold', () => run([photos], { out, algorithm, threshold: 0.5 })],
      ['initialThreshold', () => run([photos], { out, algorithm, initialThreshold: 0.5 })],
    ] as const) {
      const error = await asked().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidOptionsError);
      expect((error as Error).message).toBe(
        `${name} is for algorithm agglomerative; hdbscan finds its own thresholds`,
      );
    }
    expect(existsSync(out)).toBe(false);
  });
});
