import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { resolveSwapOptions } from '@face-sets/fsz-export';
import { DecisionLog, settingsInForce } from '@face-sets/people';
import { notice, type StepOptions } from '../shared/context.js';
import { defined } from '../shared/defined.js';
import { InvalidOptionsError } from '../shared/errors.js';
import { MODEL_DEFAULTS } from '../shared/options.js';
import { Collection, collectionFiles } from './collection.js';
import { rememberedOptions, rememberOptions, tellRemembered } from './settings.js';

// `minFaces` of a run is that of refine.
const { outlierThreshold: swapOutlierThreshold, minFaces: _, ...exporting } = resolveSwapOptions();

/** Options that a run has for all its later runs, beside those by which people are found and gated, with their defaults. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  ...exporting,
  ...MODEL_DEFAULTS,
  swapOutlierThreshold,
  models: undefined,
  exclude: [],
  link: 'clone',
};
const NAMES = Object.keys(DEFAULTS);

/** What a run works with: what the caller gave, and what earlier runs were given. */
export interface RememberedRun<T> {
  /** Absolute. */
  sources: string[];
  options: T;
}

/**
 * The sources and options of a run, with those of earlier runs where the caller says nothing of them.
 *
 * @param cachePath the cache, which may not be there yet
 * @param sources   none: those of earlier runs
 * @throws InvalidOptionsError where there is no source
 */
export async function rememberedRun<T extends StepOptions>(
  cachePath: string,
  sources: readonly string[],
  given: T,
): Promise<RememberedRun<T>> {
  const { decisions } = await DecisionLog.open(collectionFiles(cachePath).decisions);
  const settings = settingsInForce(decisions);
  const before = sourcesIn(settings.sources);
  // Where none is there, the run says so.
  const found = before.filter((path) => existsSync(path));
  const there = found.length > 0 ? found : before;
  if (sources.length === 0) {
    if (before.length === 0) {
      throw new InvalidOptionsError('no photo folder: name one; the output has none from an earlier run');
    }
    notice(given, `Photo folders as before: ${there.join(', ')}`);
    const gone = before.filter((path) => !there.includes(path));
    if (gone.length > 0) notice(given, `Not there any more: ${gone.join(', ')}`);
  }
  tellRemembered({ settings }, given, DEFAULTS, NAMES);
  return {
    sources: sources.length > 0 ? sources.map((path) => resolve(path)) : there,
    options: { ...rememberedOptions({ settings }, NAMES), ...(defined(given) as T) },
  };
}

/** Remembers the sources and options of a run for later ones. Sources add up. */
export async function rememberRun(
  cachePath: string,
  sources: readonly string[],
  given: { models?: string },
): Promise<void> {
  const collection = await Collection.open(cachePath);
  const all = [...new Set([...sourcesIn(collection.settings.sources), ...sources])];
  const models = given.models === undefined ? {} : { models: resolve(given.models) };
  const said = { ...given, ...models, sources: all };
  await rememberOptions(collection, said, DEFAULTS, [...NAMES, 'sources']);
}

function sourcesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((source) => typeof source === 'string') : [];
}
