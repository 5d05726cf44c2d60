import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { readFaceCache } from '@face-sets/cache-npz';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  calibrate,
  clean,
  cluster,
  consolidate,
  dedup,
  type EmbedResult,
  embed,
  enrich,
  evaluate,
  exportSwap,
  extend,
  extendEras,
  importFolders,
  merge,
  type PipelineEvent,
  planRun,
  probeEras,
  refine,
  report,
  run,
  type StepOptions,
  splitEras,
  undo,
} from '../src/index.js';

let photos: string;
let models: string;
/** An output of `run`, with a split person; each test has a copy. */
let made: string;
/** A copy of the cache in which not all photos are yet, and its raw clusters. */
let grown: string;
const ERAS = { minAnchor: 2, minEraFaces: 1, dates: false };

beforeAll(async () => {
  photos = (await toyLibrary('small')).dir;
  models = await toyModels();
  grown = tempDir('abort-grown');
  await embed([photos], join(grown, 'faces.npz'), { models, limit: 12 });
  await cluster(join(grown, 'faces.npz'), join(grown, 'raw'));
  await embed([photos], join(grown, 'faces.npz'), { models });
  made = tempDir('abort-made');
  await run([photos], { out: made, models, minFaces: 3, outSize: 128, report: false });
  await splitEras(join(made, 'faces.npz'), join(made, 'facesets_swap_ready', 'faceset_002'), {
    ...{ models, outSize: 128 },
    ...ERAS,
  });
});

/**
 * Every file and folder below a folder, with what it holds; but not who is who, which is found out before folders are written,
 * and stays found out.
 */
function treeOf(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.endsWith('.people.json'))
      .sort()
      .map((path) => {
        const at = join(root, path);
        return [path, statSync(at).isDirectory() ? 'folder' : readFileSync(at).toString('base64')];
      }),
  );
}

/** Runs a step and aborts it on its first event of a type. */
async function aborted(
  type: PipelineEvent['type'],
  step: (options: StepOptions) => Promise<unknown>,
): Promise<{ error: unknown; result: unknown; heard: boolean }> {
  const controller = new AbortController();
  let heard = false;
  const onEvent = (event: PipelineEvent) => {
    if (event.type !== type) return;
    heard = true;
    controller.abort();
  };
  try {
    return { result: await step({ onEvent, signal: controller.signal }), error: undefined, heard };
  } catch (error) {
    return { error, result: undefined, heard };
  }
}

type Call = (options: StepOptions, at: (...parts: string[]) => string) => Promise<unknown>;

const faceset = (at: Parameters<Call>[1], id: string) => at('facesets_swap_ready', id);
const model = () => ({ models, outSize: 128 });

/** Steps, the events at which they are aborted, and the folder that is to stay as it is. */
const STEPS: [name: string, types: ('start' | 'progress')[], call: Call][] = [
  ['cluster', ['start', 'progress'], (o, at) => cluster(at('faces.npz'), at('new', 'raw'), o)],
  [
    'cluster of an output that is there',
    ['start', 'progress'],
    (o, at) => cluster(at('faces.npz'), at('raw'), { ...o, threshold: 0.01 }),
  ],
  [
    'refine',
    ['start', 'progress'],
    (o, at) => refine(at('faces.npz'), at('new', 'refined'), { ...o, minFaces: 2 }),
  ],
  [
    'exportSwap',
    ['start', 'progress'],
    (o, at) =>
      exportSwap(at('faces.npz'), at('refined', 'refine_manifest.json'), at('new', 'swap'), {
        ...model(),
        ...o,
      }),
  ],
  [
    'importFolders',
    ['start', 'progress'],
    (o, at) =>
      importFolders(at('faces.npz'), at('facesets_swap_ready'), {
        ...{ ...model(), ...o, minShort: 0 },
        trusted: [join(photos, readdirSync(photos)[0]!)],
      }),
  ],
  [
    'a dry run of importFolders',
    ['start'],
    (o, at) => importFolders(at('faces.npz'), at('new'), { ...o, dryRun: true, trusted: [photos] }),
  ],
  [
    'splitEras',
    ['start', 'progress'],
    (o, at) => splitEras(at('faces.npz'), faceset(at, 'faceset_001'), { ...model(), ...ERAS, ...o }),
  ],
  [
    'extendEras',
    ['start'],
    (o, at) => extendEras(at('faces.npz'), faceset(at, 'faceset_002'), { ...model(), ...ERAS, ...o }),
  ],
  ['probeEras', ['start'], (o, at) => probeEras(at('faces.npz'), faceset(at, 'faceset_001'), o)],
  [
    'consolidate',
    ['start', 'progress'],
    (o, at) =>
      consolidate(at('facesets_swap_ready'), {
        ...{ ...model(), ...o, cache: at('faces.npz') },
        ...{ only: ['faceset_001', 'faceset_003'], threshold: 2, apply: true },
      }),
  ],
  [
    'consolidate without apply',
    ['start'],
    (o, at) => consolidate(at('facesets_swap_ready'), { ...o, cache: at('faces.npz') }),
  ],
  [
    'clean',
    ['start', 'progress'],
    (o, at) =>
      clean(at('facesets_swap_ready'), {
        ...{ ...model(), ...o, cache: at('faces.npz') },
        ...{ similarity: 0.5, apply: true },
      }),
  ],
  ['undo', ['start'], (o, at) => undo(at('facesets_swap_ready'), o)],
  ['dedup', ['start', 'progress'], (o, at) => dedup(at('faces.npz'), o)],
  [
    'calibrate',
    ['start'],
    (o, at) => calibrate(at('faces.npz'), { ...o, out: at('c.json'), plot: at('c.svg') }),
  ],
  [
    'evaluate with a sweep',
    ['start', 'progress'],
    (o, at) =>
      evaluate(at('raw', 'manifest.json'), {
        ...o,
        ...{ truth: photos, cache: at('faces.npz'), sweep: [0.3, 0.4, 0.5] },
      }),
  ],
  ['merge', ['start', 'progress'], (o, at) => merge([at('faces.npz')], at('merged.npz'), o)],
  ['report', ['start', 'progress'], (o, at) => report(at('raw'), o)],
  ['planRun', ['start', 'progress'], (o, at) => planRun([photos], at('planned'), o)],
  ['extend', ['start', 'progress'], (o, at) => extend(at('grown', 'faces.npz'), at('grown', 'raw'), o)],
];

describe.each(STEPS)('%s', (_, types, call) => {
  it.each(types)(
    'ends with an AbortError when it is aborted on its first %s, and changes nothing',
    async (type) => {
      const folder = tempDir('abort');
      await cp(made, folder, { recursive: true, preserveTimestamps: true });
      await cp(grown, join(folder, 'grown'), { recursive: true, preserveTimestamps: true });
      const before = treeOf(folder);
      const { error, heard } = await aborted(type, (options) =>
        call(options, (...parts) => join(folder, ...parts)),
      );
      expect(heard).toBe(true);
      expect(error).toMatchObject({ name: 'AbortError' });
      expect(treeOf(folder)).toEqual(before);
    },
  );
});

describe.each(['start', 'progress'] as const)('A step over photos, aborted on its first %s,', (type) => {
  it('returns what it has embedded', async () => {
    const cache = join(tempDir('abort-photos'), 'faces.npz');
    const { result } = await aborted(type, (options) => embed([photos], cache, { models, ...options }));
    expect(result).toMatchObject({ interrupted: true });
    const { embedded } = result as EmbedResult;
    expect((await readFaceCache(cache)).images).toHaveLength(embedded);
  });

  it('returns what it has enriched', async () => {
    const cache = join(tempDir('abort-photos'), 'faces.npz');
    await cp(join(grown, 'faces.npz'), cache);
    const { result } = await aborted(type, (options) => enrich(cache, { models, ...options }));
    expect(result).toMatchObject({ interrupted: true });
    expect((await enrich(cache, { models })).interrupted).toBe(false);
  });
});

describe('A step over photos', () => {
  it('says with the end of its stage that it was interrupted', async () => {
    const ends: PipelineEvent[] = [];
    const controller = new AbortController();
    const onEvent = (event: PipelineEvent) => {
      if (event.type === 'start') controller.abort();
      if (event.type === 'end') ends.push(event);
    };
    const cache = join(tempDir('abort-photos'), 'faces.npz');
    await embed([photos], cache, { models, onEvent, signal: controller.signal });
    expect(ends).toEqual([
      { type: 'end', stage: 'Embedding', summary: 'Embedded 0 photos: 0 faces', interrupted: true },
    ]);
  });
});

describe('run', () => {
  it.each([
    ['Clustering', 'raw'],
    ['Refining', 'refined'],
    ['Exporting', 'facesets_swap_ready'],
  ])(
    'ends with an AbortError when it is aborted as %s starts, without that output',
    async (stage, folder) => {
      const out = tempDir('abort-run');
      mkdirSync(out, { recursive: true });
      await cp(join(made, 'faces.npz'), join(out, 'faces.npz'));
      const controller = new AbortController();
      const onEvent = (event: PipelineEvent) => {
        if (event.type === 'start' && event.stage === stage) controller.abort();
      };
      const running = run([photos], { out, models, minFaces: 3, onEvent, signal: controller.signal });
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
      expect(existsSync(join(out, folder))).toBe(false);
    },
  );
});
