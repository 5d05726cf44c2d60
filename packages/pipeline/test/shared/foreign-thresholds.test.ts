import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cluster,
  consolidate,
  dedup,
  exportSwap,
  extendEras,
  importFolders,
  type PipelineEvent,
  probeEras,
  run,
  type StepOptions,
  splitEras,
} from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';
import { listen } from '../listen.js';

/** Models of another name than the thresholds are made for, and an output of `run` with them. */
const foreign = { models: '', out: '', photos: '' };
const told: PipelineEvent[] = [];

beforeAll(async () => {
  const root = tempDir('foreign-thresholds');
  foreign.photos = (await toyLibrary('small')).dir;
  foreign.models = join(root, 'models');
  foreign.out = join(root, 'out');
  mkdirSync(foreign.models);
  for (const file of readdirSync(await toyModels())) {
    const name = file.replace('w600k_r50', 'mobilefacenet');
    copyFileSync(join(await toyModels(), file), join(foreign.models, name));
  }
  await run([foreign.photos], {
    ...{ out: foreign.out, models: foreign.models, minFaces: 3, outSize: 128, report: false },
    ...{ threshold: 0.55, onEvent: (event) => told.push(event) },
  });
});

/** The thresholds of each warning that a step gives, in a copy of the output. */
async function warned(
  step: (options: StepOptions, at: (...parts: string[]) => string) => Promise<unknown>,
): Promise<string[]> {
  const folder = tempDir('foreign-thresholds');
  await cp(foreign.out, folder, { recursive: true, preserveTimestamps: true });
  const events: PipelineEvent[] = [];
  await step({ onEvent: (event) => events.push(event) }, (...parts) => join(folder, ...parts));
  return thresholdsOf(events);
}

/** The same of a step that is ended as soon as it has warned: what it writes does not matter. */
function warnedBeforeWork(
  step: (options: StepOptions, at: (...parts: string[]) => string) => Promise<unknown>,
): Promise<string[]> {
  const controller = new AbortController();
  return warned(async ({ onEvent }, at) => {
    const heard = (event: PipelineEvent) => {
      onEvent?.(event);
      if (event.type === 'warning') controller.abort();
    };
    const working = step({ onEvent: heard, signal: controller.signal }, at);
    await expect(working).rejects.toMatchObject({ name: 'AbortError' });
  });
}

function thresholdsOf(events: readonly PipelineEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'warning' || event.code !== 'WARN_FOREIGN_THRESHOLDS') return [];
    expect(event.text).toContain('this cache was made with mobilefacenet');
    return [event.text.replace(/.*thresholds at their defaults: /, '')];
  });
}

const model = () => ({ models: foreign.models, outSize: 128 });
const ERAS = { minAnchor: 2, minEraFaces: 1, dates: false };

describe('Default thresholds of another recognition model', () => {
  it('are warned of once in a run, those that were given left out', () => {
    expect(thresholdsOf(told)).toEqual([
      'mergeThreshold, outlierThreshold, duplicateThreshold, swapOutlierThreshold',
    ]);
  });

  it('are warned of by dedup, and by consolidate whether it applies or not', async () => {
    expect(await warned((o, at) => dedup(at('faces.npz'), o))).toEqual(['threshold']);
    for (const apply of [false, true]) {
      const merged = (o: StepOptions, at: (...parts: string[]) => string) =>
        consolidate(at('facesets_swap_ready'), { ...model(), ...o, cache: at('faces.npz'), apply });
      expect(await warned(merged)).toEqual(['threshold']);
    }
  });

  it('are warned of by an export, those for candidates only where they count', async () => {
    const exported = (more: object) =>
      warnedBeforeWork((o, at) =>
        exportSwap(at('faces.npz'), at('refined', 'refine_manifest.json'), at('new'), {
          ...{ ...model(), ...o, rawManifest: undefined },
          ...more,
        }),
      );
    expect(await exported({ outlierThreshold: 0.4 })).toEqual(['duplicateThreshold']);
    const rawManifest = join(foreign.out, 'raw', 'manifest.json');
    expect(await exported({ outlierThreshold: 0.4, candidates: true, rawManifest })).toEqual([
      'duplicateThreshold, candidateMatchThreshold',
    ]);
  });

  it('are warned of by an import, with those of the export where it writes', async () => {
    const person = join(foreign.photos, readdirSync(foreign.photos)[0]!);
    const imported = (dryRun: boolean) =>
      (dryRun ? warned : warnedBeforeWork)((o, at) =>
        importFolders(at('faces.npz'), at('new'), {
          ...{ ...model(), ...o, trusted: [person], mixedThreshold: 0.4, mixedMargin: 0.1, dryRun },
        }),
      );
    const sorting = 'identityThresholds, samePersonThreshold';
    expect(await imported(true)).toEqual([sorting]);
    expect(await imported(false)).toEqual([`${sorting}, duplicateThreshold, outlierThreshold`]);
  });

  it('are warned of by all that is done with eras; what the split was given holds for its extension', async () => {
    const options = { ...model(), ...ERAS };
    const split = { subThreshold: 0.3, joinThreshold: 0.42 };
    expect(
      await warned((o, at) =>
        probeEras(at('faces.npz'), at('facesets_swap_ready', 'faceset_001'), { ...o, report: false }),
      ),
    ).toEqual(['thresholds, subThreshold']);
    expect(
      await warned(async (o, at) => {
        const faceset = at('facesets_swap_ready', 'faceset_001');
        await splitEras(at('faces.npz'), faceset, { ...options, ...o, ...split });
        await extendEras(at('faces.npz'), faceset, { ...options, ...o });
      }),
    ).toEqual(['recoverThreshold, tightenThreshold', 'recoverThreshold, tightenThreshold']);
  });

  it('are not warned of where all were given, the algorithm has none, or the model is theirs', async () => {
    const root = tempDir('foreign-thresholds');
    const [drawn, theirs, other] = ['drawn', 'theirs', 'other'].map((name) => join(root, `${name}.npz`)) as [
      string,
      string,
      string,
    ];
    await drawnCache(drawn, threePeople(join(root, 'photos')));
    await drawnCache(theirs, threePeople(join(root, 'photos')), 'w600k_r50');
    const { texts, onEvent } = listen();
    await cluster(drawn, join(root, 'given'), { threshold: 0.5, mergeThreshold: 0.35, onEvent });
    await cluster(drawn, join(root, 'dense'), { algorithm: 'hdbscan', minClusterSize: 2, onEvent });
    await cluster(theirs, join(root, 'theirs'), { onEvent });
    expect(texts('warning')).toEqual([]);
    await drawnCache(other, threePeople(join(root, 'photos')));
    await cluster(other, join(root, 'default'), { onEvent });
    expect(texts('warning')).toHaveLength(1);
  });
});
