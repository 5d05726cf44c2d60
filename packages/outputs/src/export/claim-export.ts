import { cacheWith } from '@face-sets/cache-npz';
import {
  checkSameFace,
  type ExportCache,
  formatsOf,
  type PlanContext,
  type ResolvedSwapOptions,
  requireRecognizer,
  resolveSwapOptions,
} from '@face-sets/fsz-export';
import { type FacesetEntry, readManifest, type SwapManifest } from '@face-sets/manifests';
import { type LocatedFaceset, locateFacesets, recoverFolders } from '../folders/faceset-folders.js';
import { claimOutputFolder, type OutputFolder } from '../folders/output-folder.js';
import { recoverChanges } from '../undo/change-journal.js';
import type { ExportSwapInput } from './export-swap-input.js';
import { entriesOf, filesOfSwapManifest } from './swap-entries.js';
import { claimEmbeddingFiles } from './write-embedding-files.js';

/** An output folder that an export may write to, and what an earlier export has left there. */
export interface ClaimedExport {
  options: ResolvedSwapOptions;
  cache: ExportCache;
  /** What facesets are planned with. */
  context: PlanContext;
  folder: OutputFolder;
  /** The output's manifest; undefined in a new output. */
  earlier: SwapManifest | undefined;
  /** What it lists, by id. */
  entries: ReadonlyMap<string, FacesetEntry>;
  /** The facesets that are there, by id. */
  located: ReadonlyMap<string, LocatedFaceset>;
  /** Those of them that an export has made. */
  owned: LocatedFaceset[];
}

/** First stage of an export: checks the input, takes the output folder and cleans up after a run that was killed. */
export async function claimExport(input: ExportSwapInput): Promise<ClaimedExport> {
  const { out, refine, finder } = input;
  const options = resolveSwapOptions(input.options);
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  requireRecognizer(cache, formatsOf(options.formats));
  for (const { id, faces } of refine.facesets) for (const face of faces) checkSameFace(cache, face, id);
  const context = { cache, options, finderIdentity: finder.identity, years: await yearsOf(input) };

  await recoverChanges(out, input);
  let earlier: SwapManifest | undefined;
  const folder = await claimOutputFolder(out, 'export-swap', async (path) => {
    earlier = await readManifest(path, 'export-swap');
    return filesOfSwapManifest(earlier);
  });
  await claimEmbeddingFiles(out, options.formats, folder.owned);
  await recoverFolders(out);

  const entries = new Map(entriesOf(earlier).map((entry) => [entry.id, entry]));
  const located = await locateFacesets(out, folder.owned);
  const owned = [...located.values()].filter(({ id, folder: at }) => entries.has(id) || folder.owned.has(at));
  return { options, cache, context, folder, earlier, entries, located, owned };
}

async function yearsOf({
  cache,
  refine,
  years,
}: ExportSwapInput): Promise<ReadonlyMap<string, number> | undefined> {
  if (typeof years !== 'function') return years;
  const photos = new Set(refine.facesets.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)));
  return years(cache.images.filter(({ sha256, superseded }) => !superseded && photos.has(sha256)));
}
