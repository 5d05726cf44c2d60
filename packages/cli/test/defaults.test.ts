import {
  ALGORITHM_DEFAULTS,
  CALIBRATE_DEFAULTS,
  CLEAN_SIMILARITY,
  CLUSTER_DEFAULTS,
  COLLECT_DEFAULTS,
  CONSOLIDATE_THRESHOLD,
  DEDUP_THRESHOLD,
  DEFAULT_CANDIDATE_OPTIONS,
  DEFAULT_ERA_OPTIONS,
  DEFAULT_GATES,
  DEFAULT_PROBE_OPTIONS,
  EMBED_DEFAULTS,
  EXPORT_DEFAULTS,
  FIND_PEOPLE_DEFAULTS,
  IMPORT_DEFAULTS,
  LIST_PEOPLE_DEFAULTS,
  MODEL_DEFAULTS,
  OWN_DEFAULTS,
  REFINE_DEFAULTS,
} from '@face-sets/pipeline';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands.js';
import { buildProgram } from '../src/program.js';

const { cannotLink } = ALGORITHM_DEFAULTS;
const { flushEvery } = EMBED_DEFAULTS;
const { minEraFaces, topN, select, triggerWord, verifySizes, padRatio, outSize, minFaceShort } =
  EXPORT_DEFAULTS;
/** What is done unless an option that begins with `--no-` is given. */
const models = { ...MODEL_DEFAULTS, download: true };
const crops = {
  ...{ topN, select, triggerWord, verifySizes, padRatio, outSize, minFaceShort },
  formats: EXPORT_DEFAULTS.formats,
  duplicateThreshold: EXPORT_DEFAULTS.duplicateThreshold,
  dates: true,
};
const { outlierThreshold } = EXPORT_DEFAULTS;
const eras = { ...DEFAULT_ERA_OPTIONS, ...DEFAULT_GATES, ...crops, ...models, outlierThreshold, minEraFaces };

/** Defaults of the functions behind the commands, by the names of the options. */
const DEFAULTS: Record<string, Record<string, unknown>> = {
  calibrate: CALIBRATE_DEFAULTS,
  clean: { similarity: CLEAN_SIMILARITY, audit: true, ...models },
  cluster: CLUSTER_DEFAULTS,
  collect: COLLECT_DEFAULTS,
  consolidate: { threshold: CONSOLIDATE_THRESHOLD, ...models },
  dedup: { threshold: DEDUP_THRESHOLD },
  embed: { ...EMBED_DEFAULTS, ...models },
  enrich: { flushEvery, ...models },
  'eras extend': eras,
  'eras probe': { ...DEFAULT_PROBE_OPTIONS, report: true },
  'eras split': eras,
  'export-swap': {
    ...{ ...crops, ...models, outlierThreshold },
    candidateMatchThreshold: DEFAULT_CANDIDATE_OPTIONS.matchThreshold,
    candidateMinScore: DEFAULT_CANDIDATE_OPTIONS.minScore,
  },
  find: { ...FIND_PEOPLE_DEFAULTS, ...models },
  'import-folders': { ...IMPORT_DEFAULTS, ...crops, ...models, outlierThreshold },
  'people list': LIST_PEOPLE_DEFAULTS,
  refine: REFINE_DEFAULTS,
  run: {
    ...{ ...EMBED_DEFAULTS, ...CLUSTER_DEFAULTS, ...REFINE_DEFAULTS, ...crops, ...models },
    swapOutlierThreshold: outlierThreshold,
    report: true,
  },
};

async function commands(): Promise<[string, Command][]> {
  const program = await buildProgram(COMMANDS.map(({ name }) => name));
  return program.commands.flatMap((command): [string, Command][] => [
    [command.name(), command as Command],
    ...command.commands.map((child): [string, Command] => [
      `${command.name()} ${child.name()}`,
      child as Command,
    ]),
  ]);
}

describe('The defaults in the help', () => {
  it('of every command are those of the function behind it, all of them', async () => {
    const shown = Object.fromEntries(
      (await commands()).map(([name, { options }]) => [
        name,
        Object.fromEntries(
          options
            .filter(({ defaultValue, negate }) => negate || defaultValue !== undefined)
            .map((option) => [option.attributeName(), option.negate ? true : option.defaultValue]),
        ),
      ]),
    );
    const withDefaults = Object.fromEntries(
      Object.entries(shown).filter(([, options]) => Object.keys(options).length > 0),
    );
    expect(withDefaults).toEqual(DEFAULTS);
  });

  it('that hold for one algorithm only are in words, and those of the function', async () => {
    const [, cluster] = (await commands()).find(([name]) => name === 'cluster')!;
    const words = Object.fromEntries(
      cluster.options.map((option) => [option.attributeName(), option.description]),
    );
    expect(words.linkage).toContain(`(default: "${OWN_DEFAULTS.linkage}")`);
    expect(words.minClusterSize).toContain(`(default: ${OWN_DEFAULTS.minClusterSize})`);
    // `--no-cannot-link` says so only where faces of one photo are two people by default.
    expect(cannotLink).toBe(true);
  });

  it('of the pack of models is the same in every place', async () => {
    const [, pull] = (await commands()).find(([name]) => name === 'models pull')!;
    expect(pull.registeredArguments.map(({ defaultValue }) => defaultValue)).toEqual([MODEL_DEFAULTS.pack]);
  });
});
