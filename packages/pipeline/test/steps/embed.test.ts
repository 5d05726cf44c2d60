import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { embed } from '../../src/index.js';
import { listen } from '../listen.js';

const root = tempDir('pipeline-embed');

describe('embed', () => {
  it('tells its caller when it begins, how far it is and what it did', async () => {
    const { events, onEvent } = listen();
    const { dir, photos } = await toyLibrary('small');
    const cache = join(root, 'faces.npz');
    const result = await embed([dir], cache, { models: await toyModels(), onEvent });
    expect(result).toMatchObject({ cache, interrupted: false });
    expect(result.cachedFaces).toBe(result.faces);
    expect(result.cachedFaces).toBeGreaterThan(0);
    expect(result.listed).toBeGreaterThanOrEqual(photos.length);
    expect(events[0]).toEqual({ type: 'start', stage: 'Embedding', unit: 'photos', interruptible: true });
    const progress = events.filter(({ type }) => type === 'progress');
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toMatchObject({
      stage: 'Embedding',
      unit: 'photos',
      note: `${result.faces} faces`,
    });
    const summary = `Embedded ${result.embedded} photos: ${result.faces} faces`;
    expect(events.filter(({ type }) => type === 'end')).toEqual([
      { type: 'end', stage: 'Embedding', summary },
    ]);
  });

  it('returns what it has where its signal is aborted', async () => {
    const { events, onEvent } = listen();
    const { dir } = await toyLibrary('small');
    const models = await toyModels();
    const signal = AbortSignal.abort(new Error('enough'));
    const { interrupted, embedded } = await embed([dir], join(root, 'stopped.npz'), {
      models,
      signal,
      onEvent,
    });
    expect({ interrupted, embedded }).toEqual({ interrupted: true, embedded: 0 });
    expect(events.at(-1)).toMatchObject({ type: 'end', stage: 'Embedding', interrupted: true });
  });
});
