import { readFaceCache } from '@face-sets/cache-npz';
import { type EnrichSummary, enrichCache } from '@face-sets/face-embed';
import { requireCache } from '../shared/check-arguments.js';
import type { StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { type OpenModels, openModels } from '../shared/open-models.js';
import type { ModelOptions } from '../shared/options.js';
import { withCacheWriter } from '../shared/with-cache-writer.js';
import { EMBED_DEFAULTS } from './embed.js';

/** Models that enriching needs; the first two to check that they made the cache. */
export const ENRICH_ROLES = ['detection', 'recognition', 'landmark_2d_106', 'landmark_3d_68'] as const;

/** Options of {@link enrich}. */
export interface EnrichOptions extends StepOptions, ModelOptions {
  /** Photos processed at the same time. Default: twice the workers. */
  concurrency?: number;
  /** Photos between two journal writes. @default 50 */
  flushEvery?: number;
  /** Only faces in photos with these SHA-256. Default: all. */
  photos?: ReadonlySet<string> | undefined;
}

/** What `enrich` reports. */
export interface EnrichResult extends EnrichSummary {
  cache: string;
}

/**
 * Adds landmarks and pose to the faces of a cache that lack them.
 *
 * @param cachePath the face cache (`.npz`)
 * @throws PipelineError where there is no cache, and what the cache throws
 */
export async function enrich(cachePath: string, options: EnrichOptions = {}): Promise<EnrichResult> {
  await requireCache(cachePath);
  await readFaceCache(cachePath, { members: [] });
  return enrichWith(cachePath, options, await openModels(options, ENRICH_ROLES));
}

/** {@link enrich} with models that are open already. */
export async function enrichWith(
  cachePath: string,
  options: EnrichOptions,
  models: OpenModels,
): Promise<EnrichResult> {
  // Without the settings that it takes to create a cache: there must be one.
  const { tool, models: identities } = models.cacheSettings;
  const settings = { tool, models: identities };
  return withCacheWriter('Enriching', cachePath, settings, models.pool, options, async (step) => {
    const { cache, engine, stage } = step;
    const summary = await enrichCache(cache, engine, {
      concurrency: options.concurrency,
      flushEvery: options.flushEvery ?? EMBED_DEFAULTS.flushEvery,
      photos: options.photos,
      signal: options.signal,
      onProgress: stage.onItems,
    });
    return {
      result: { cache: cachePath, ...summary },
      line: `Enriched ${count(summary.enriched, 'face')}`,
    };
  });
}
