import { toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ModelFolder, measureWorkers, readModelFolder } from '../../src/index.js';

let folder: ModelFolder;

beforeAll(async () => {
  folder = await readModelFolder(await toyModels());
});

describe('measureWorkers', () => {
  it('measures ways that keep no more processors busy than there are, each once', async () => {
    const measured = await measureWorkers(folder, { processors: 2, seconds: 0.05 });
    const ways = measured.map(({ workers, threads }) => `${workers}x${threads}`);
    expect([...ways].sort()).toEqual(['1x1', '1x2', '2x1']);
    for (const { photosPerSecond } of measured) expect(photosPerSecond).toBeGreaterThan(0);
  });
});
