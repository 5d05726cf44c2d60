import { join } from 'node:path';
import { embeddingMatrix } from '@face-sets/cache-npz';
import { DEFAULT_REFINE_OPTIONS, refine as gatePeople } from '@face-sets/cluster';
import {
  MANIFEST_NAMES,
  type OptionValues,
  type RefineManifest,
  readManifestIfThere,
} from '@face-sets/manifests';
import {
  type GroupChanges,
  type RefineOutcome,
  refineOutcomes,
  writeRefinedFolders,
} from '@face-sets/outputs';
import { DEFAULT_GATES, gateFace } from '@face-sets/quality';
import { type Collection, inCollection } from '../collection/collection.js';
import { currentManifest, type EditOptions, identifyEdited, readEdits } from '../collection/folder-edits.js';
import { requireConsent } from '../collection/require-consent.js';
import { rememberedOptions, rememberOptions, tellRemembered } from '../collection/settings.js';
import {
  IDENTITY_DEFAULTS,
  IDENTITY_SETTINGS,
  type IdentityOptions,
  type KnownPeople,
  labelsOf,
  usedIdentity,
} from '../collection/who-is-who.js';
import { type AlgorithmOptions, checkAlgorithm } from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { defined } from '../shared/defined.js';
import { type FacesetHints, facesetHints } from '../shared/faceset-hints.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import type { GateOptions } from '../shared/options.js';
import { cacheFile, readCache } from '../shared/read-cache.js';
import { type ClusterOptions, NO_CHANGES, type PeopleCache, rememberedLink } from './cluster.js';

/** Options of {@link refine}. What is not given is as the collection has it from earlier calls. */
export interface RefineOptions
  extends StepOptions,
    EditOptions,
    Partial<AlgorithmOptions>,
    GateOptions,
    Pick<ClusterOptions, 'link' | 'recluster' | 'mergeThreshold'> {
  /** Cosine distance up to which faces are one person: the `threshold` of `cluster`. @default 0.55 */
  initialThreshold?: number;
  /** Drop a face farther than this from its centroid (people with 4 faces and more). @default 0.55 */
  outlierThreshold?: number;
  /** Photos a faceset needs. @default 15 */
  minFaces?: number;
  /** Let named and exported facesets go that the changed limits leave out. @default false */
  yes?: boolean;
}

/** The limits of {@link RefineOptions}. */
export const LIMIT_DEFAULTS = {
  outlierThreshold: DEFAULT_REFINE_OPTIONS.outlierThreshold,
  minFaces: DEFAULT_REFINE_OPTIONS.minFaces,
  ...DEFAULT_GATES,
} as const;
const LIMITS = Object.keys(LIMIT_DEFAULTS) as (keyof typeof LIMIT_DEFAULTS)[];

/** What a face and a person must meet to be in a faceset. */
export type RefineLimits = Record<keyof typeof LIMIT_DEFAULTS, number>;

const { threshold: INITIAL_THRESHOLD, ...OTHER_DEFAULTS } = IDENTITY_DEFAULTS;

/** What `refine` does where nothing is said. */
export const REFINE_DEFAULTS = {
  ...OTHER_DEFAULTS,
  ...LIMIT_DEFAULTS,
  initialThreshold: INITIAL_THRESHOLD,
  link: 'clone',
} as const;

/** What `refine` reports. */
export interface RefineResult {
  out: string;
  /** The output was there already, made from the same cache and decisions with the same options. */
  upToDate: boolean;
  summary: RefineManifest['summary'];
  fileErrors: RefineManifest['file_errors'];
  /** What has changed for facesets since the last time. */
  changes: GroupChanges;
  /** What would give more facesets. */
  hints: FacesetHints;
}

/**
 * Keeps the people with enough good photos and writes a faceset folder for each. People are those of `cluster`: person 7
 * is `faceset_007`.
 *
 * @param out new, empty, or of an earlier refine
 * @throws InvalidOptionsError for options of the other algorithm, NeedsConsentError where named facesets would go,
 *   CacheLockedError while another process writes who is who
 */
export async function refine(
  cachePath: string,
  out: string,
  given: RefineOptions = {},
): Promise<RefineResult> {
  checkAlgorithm(given, { initialThreshold: given.initialThreshold });
  return inCollection(cachePath, async (collection) => {
    const result = await writeFacesets(collection, out, given);
    await rememberRefine(collection, given);
    return result;
  });
}

/** Remembers the options of {@link refine} for later calls. */
export async function rememberRefine(collection: Collection, given: RefineOptions): Promise<void> {
  await rememberOptions(collection, identityOptions(given), IDENTITY_DEFAULTS, IDENTITY_SETTINGS);
  await rememberOptions(collection, given, REFINE_DEFAULTS, [...LIMITS, 'link']);
}

/** The limits of a collection: as they were set, else the defaults. */
export function limitsOf(collection: Collection): RefineLimits {
  return { ...LIMIT_DEFAULTS, ...(rememberedOptions(collection, LIMITS) as Partial<RefineLimits>) };
}

/** The options of {@link refine} by which people are found. */
function identityOptions({
  initialThreshold,
  ...given
}: RefineOptions): IdentityOptions & EditOptions & StepOptions {
  return { ...given, threshold: initialThreshold };
}

/** Options of {@link writeFacesets}. */
export interface WriteFacesetsOptions extends RefineOptions, Pick<IdentityOptions, 'joinThreshold'> {
  /** Ids of facesets that are exported: they do not go without consent, as if they had a name. */
  exported?: ReadonlySet<string>;
}

/** All that facesets are made with, as the caller says, else as the collection has it, else by default. */
function facesetSettings(collection: Collection, given: WriteFacesetsOptions) {
  const identity = identityOptions(given);
  const used = usedIdentity(collection, identity, 'initialThreshold');
  const said = defined(Object.fromEntries(LIMITS.map((name) => [name, given[name]])));
  const limits: RefineLimits = { ...limitsOf(collection), ...said };
  const { link = REFINE_DEFAULTS.link } = { ...rememberedLink(collection), ...defined(given) };
  const { threshold, ...others } = used.options;
  const cut: OptionValues = threshold === undefined ? {} : { initialThreshold: threshold };
  const options: OptionValues = { ...others, ...cut, ...limits, link };
  return { identity, used, limits, link, options };
}

/**
 * Refuses people with whom facesets of an output would go that have a name or are exported, before anything is written.
 *
 * @throws NeedsConsentError
 */
async function agreeToFacesets(
  collection: Collection,
  out: string,
  given: WriteFacesetsOptions,
  people: KnownPeople,
  outcomes: readonly RefineOutcome[],
): Promise<void> {
  const before = await readManifestIfThere(join(out, MANIFEST_NAMES.refine), 'refine');
  if (!before) return;
  const { link: _, ...asked } = facesetSettings(collection, given).options;
  requireConsent(before, outcomes, people, collection.log.decisions, asked, given);
}

/** {@link agreeToFacesets} before anything else is written with these people. */
export async function agreeBeforehand(
  collection: Collection,
  out: string,
  given: WriteFacesetsOptions,
  people: KnownPeople,
  cache: PeopleCache,
): Promise<void> {
  const { limits } = facesetSettings(collection, given);
  await agreeToFacesets(collection, out, given, people, gated(cache, people, limits));
}

/** {@link refine} of a collection that is open: nothing is remembered. */
export async function writeFacesets(
  collection: Collection,
  out: string,
  given: WriteFacesetsOptions,
): Promise<RefineResult> {
  const { cachePath } = collection;
  const { identity, used, limits, link, options } = facesetSettings(collection, given);
  const file = await cacheFile(cachePath);
  const edits = await readEdits(collection, out, 'refine');
  const asked = { out, kind: 'refine', cacheSha256: file.sha256, options } as const;
  const current = await currentManifest(collection, edits, asked, used, identity);
  if (current) return { out, upToDate: true, ...reported(current), changes: NO_CHANGES };
  tellRemembered(collection, given, LIMIT_DEFAULTS, LIMITS);
  return inStage(given, 'Refining', 'files', async (stage) => {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const remembered = rememberedOptions(collection, IDENTITY_SETTINGS);
    const threshold = remembered.threshold as number | undefined;
    const said = {
      initialThreshold: threshold,
      ...remembered,
      ...rememberedOptions(collection, LIMITS),
      ...given,
    };
    const cuts = used.algorithm.algorithm === 'hdbscan' ? [] : (['initialThreshold'] as const);
    warnOfForeignThresholds(cache.meta.models, said as RefineOptions, [
      ...cuts,
      'mergeThreshold',
      'outlierThreshold',
    ]);
    const people = await identifyEdited(collection, edits, cache, file.sha256, used, identity);
    const outcomes = gated(cache, people, limits);
    await agreeToFacesets(collection, out, given, people, outcomes);
    await collection.save();
    const { manifest, changes } = await writeRefinedFolders({
      cache,
      cacheFile: file,
      outcomes,
      names: new Map(people.shown.flatMap(({ number, name }) => (name === null ? [] : [[number, name]]))),
      /* jscpd:ignore-start: the settings that every writer of folders takes */
      peopleSha256: people.sha256,
      moved: edits?.moved,
      copies: edits?.copies,
      restoreFolders: given.discardEdits,
      out,
      options,
      link,
      signal: given.signal,
      onProgress: stage.onItems,
    });
    /* jscpd:ignore-end */
    return {
      result: { out, upToDate: false, ...reported(manifest), changes },
      summary: `Refined ${count(cache.faceCount, 'face')}: ${count(manifest.summary.facesets, 'faceset')}`,
    };
  });
}

/** Which face is in which faceset, and why others are in none. */
export function gated(
  cache: PeopleCache,
  people: Pick<KnownPeople, 'shown' | 'ignoredRows'>,
  limits: Required<GateOptions> & { minFaces: number; outlierThreshold: number },
): RefineOutcome[] {
  const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace(
      {
        bbox: cache.bbox.subarray(4 * row, 4 * row + 4),
        blur: cache.blur[row]!,
        detScore: cache.detScore[row]!,
      },
      limits,
    ),
  );
  const { shown, ignoredRows } = people;
  const { outcomes } = gatePeople(embeddingMatrix(cache), labelsOf(shown, cache.faceCount), {
    imageIndex: cache.imageIndex,
    gateReasons,
    kept: new Set(shown.flatMap(({ kept }) => kept)),
    dropped: new Set(shown.flatMap(({ dropped }) => dropped)),
    outlierThreshold: limits.outlierThreshold,
    minFaces: limits.minFaces,
  });
  const found = refineOutcomes(outcomes, (label) => shown[label]?.number ?? 0);
  const ignored = { code: 'ignored', message: 'is of no interest, as was decided' };
  for (const row of ignoredRows) found[row] = { reason: ignored };
  return found;
}

function reported(manifest: RefineManifest): Pick<RefineResult, 'summary' | 'fileErrors' | 'hints'> {
  return {
    summary: manifest.summary,
    fileErrors: manifest.file_errors,
    hints: facesetHints(manifest),
  };
}
