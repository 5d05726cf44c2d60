import { readFaceCache } from '@face-sets/cache-npz';
import { type EnrichSummary, enrichCache } from '@face-sets/face-embed';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { requireCache } from '../check-arguments.js';
import { type OpenModels, openModels } from '../open-models.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  type ModelOptions,
  wholeNumber,
} from '../options.js';
import { photoStep } from '../photo-step.js';
import { capped, count, printResult } from '../result.js';

/** Models that enriching needs: the first two to know that the cache is theirs. */
export const ENRICH_ROLES = ['detection', 'recognition', 'landmark_2d_106', 'landmark_3d_68'] as const;

/** `face-sets enrich CACHE`. */
export function enrichCommand(): Command {
  const command = new Command('enrich')
    .description('add landmarks and pose to the faces in CACHE that lack them')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option('--concurrency <n>', 'photos in work at once (default: twice the workers)', wholeNumber(1))
    .option('--flush-every <n>', 'photos between two writes to the journal', wholeNumber(1), 50);
  return addCommonOptions(addModelOptions(command)).action(async (cache: string, options: EnrichOptions) => {
    const result = await enrichStep(cache, options);
    printResult(result, enrichLines(result), options);
    if (result.interrupted) process.exitCode = 130;
  });
}

export interface EnrichOptions extends CommonOptions, ModelOptions {
  concurrency?: number;
  flushEvery: number;
  /** Only faces in photos with these SHA-256. */
  photos?: ReadonlySet<string>;
}

/** What `enrich` reports. */
export interface EnrichResult extends EnrichSummary {
  cache: string;
}

/** Enriches the rows of `cachePath` that lack landmarks, with progress on standard error. */
export async function enrichStep(
  cachePath: string,
  options: EnrichOptions,
  opened?: OpenModels,
): Promise<EnrichResult> {
  if (!opened) {
    await requireCache(cachePath);
    await readFaceCache(cachePath, { members: [] });
  }
  const models = opened ?? (await openModels(options, ENRICH_ROLES));
  // Without the settings that it takes to create a cache: there must be one.
  const { tool, models: identities } = models.cacheSettings;
  const settings = { tool, models: identities };
  return photoStep('Enriching', cachePath, settings, models.pool, options, async (step) => {
    const { cache, engine, progress, signal } = step;
    const summary = await enrichCache(cache, engine, {
      concurrency: options.concurrency,
      flushEvery: options.flushEvery,
      photos: options.photos,
      signal,
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    return {
      result: { cache: cachePath, ...summary },
      line: `Enriched ${count(summary.enriched, 'face')}`,
    };
  });
}

/** The result for people. */
export function enrichLines(result: EnrichResult): string[] {
  const lines = [
    `${result.cache}: ${count(result.enriched, 'face')} enriched now, ${result.alreadyEnriched} had landmarks already`,
  ];
  if (result.failures.length > 0) {
    lines.push('Photos that could not be opened (tried again next time):');
    lines.push(...capped(result.failures.map(({ path, message }) => `  ${path}: ${message}`)));
  }
  return lines;
}
