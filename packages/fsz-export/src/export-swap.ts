import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tempBeside } from './atomic-file.js';
import { buildFaceset, swapOptionValues } from './build-faceset.js';
import { type CacheView, cacheWith } from './cache-view.js';
import { type CandidateOptions, type CandidatePlans, planCandidates } from './candidates.js';
import type { FaceFinder } from './face-finder.js';
import {
  CANDIDATES_FOLDER,
  facesetIsWhole,
  readFacesetManifest,
  recoverFolders,
  removeFaceset,
  replaceFolder,
  THIN_FOLDER,
} from './faceset-folders.js';
import {
  assignNames,
  faceKey,
  keepNames,
  readKeptNames,
  readOwnersName,
  writeName,
} from './faceset-names.js';
import { MANIFEST_NAMES, readManifest, writeManifest } from './manifest-file.js';
import { type CacheRef, MANIFEST_SCHEMA_VERSION } from './manifest-parts.js';
import { claimOutputFolder, forgetNote, noteFiles, removeEmptyFolder } from './output-folder.js';
import { type FacesetPlan, planFaceset } from './plan-faceset.js';
import type { RefineManifest } from './refine-manifest.js';
import { countByCode } from './rejections.js';
import { isMissing } from './source-state.js';
import { EMBEDDING_FILES, requireSwapperSpace, type SwapFormat } from './swap-formats.js';
import {
  candidatesSchema,
  type SwapCandidates,
  type SwapFacesetManifest,
  type SwapManifest,
} from './swap-manifest.js';
import { type ExportSwapOptions, resolveSwapOptions } from './swap-options.js';
import { claimEmbeddingFiles, writeEmbeddingFiles } from './write-embedding-files.js';

/** How far {@link exportSwap} has come. */
export interface ExportProgress {
  /** Facesets that are done. */
  facesets: number;
  totalFacesets: number;
  /** Faces that are done: cut out, rejected, or right already. */
  faces: number;
  totalFaces: number;
}

/** What {@link exportSwap} works on. */
export interface ExportSwapInput {
  /** Needs `embedding`, `bbox`, `detScore` and `blur`; ranks better with pose and landmarks. */
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  refine: RefineManifest;
  /** Where the refine manifest is and its SHA-256, for the manifest. */
  refineFile: { path: string; sha256: string };
  /** Output folder: new, empty, or of an earlier `export-swap`. */
  out: string;
  finder: FaceFinder;
  options?: ExportSwapOptions;
  /** Years of capture by the SHA-256 of the photo: a diverse selection covers them. */
  years?: ReadonlyMap<string, number>;
  /** Sorts the singletons of the raw clusters into `_candidates/`; without it there is none. */
  candidates?: CandidateOptions;
  /** Leaves facesets of an earlier export that `refine` does not list as they are, instead of removing them. */
  merge?: boolean;
  onProgress?: (progress: ExportProgress) => void;
  /** Ends the export between two faces; its reason is thrown. What is finished stays. */
  signal?: AbortSignal;
}

/** What {@link exportSwap} did. */
export interface ExportSwapResult {
  manifest: SwapManifest;
  manifestPath: string;
  /** Ids of facesets that were made anew. */
  written: string[];
  /** Ids of facesets that were right already. */
  unchanged: string[];
  /** Folders of earlier runs that were removed. */
  removed: string[];
}

/**
 * Exports every faceset of a refine manifest for face-swapping tools: `faceset_001/` with `faces/0000.png`…
 * (best first), `faceset_001_topN.fsz`, `faceset_001_all.fsz`, `manifest.json` and `NAME.txt`, and a
 * `manifest.json` over all. Each PNG is proven to hold exactly one face (see `singleFaceCrop`). Facesets left
 * with few faces go to `_thin/`, those left with none are listed as `empty`; every face that is not exported has
 * its reason in a manifest.
 *
 * With `candidates`, the faces that are alone in the raw clusters are sorted into `_candidates/` (see `planCandidates`).
 * An export of the same refine manifest without it leaves them as they are; one of another removes them.
 *
 * An earlier output is updated: facesets with the same inputs are left alone, changed ones are built beside the
 * old and take its place by a rename, those no longer wanted are removed (unless `merge` is set). What the owner wrote into `NAME.txt`
 * follows the person, even when refine has numbered them anew; foreign files stay.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws ManifestMismatchError when the refine manifest does not belong to the cache.
 * @throws ForeignEmbeddingsError when a format needs embeddings of another model than the cache's.
 * @throws RangeError for an impossible option.
 */
export async function exportSwap(input: ExportSwapInput): Promise<ExportSwapResult> {
  const { out, refine, finder } = input;
  const options = resolveSwapOptions(input.options);
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  requireSwapperSpace(cache, options.formats);
  const context = { cache, options, finderIdentity: finder.identity, years: input.years };
  const plans = refine.facesets.map((faceset) => planFaceset(faceset, context));
  const candidates = input.candidates && (await planCandidates(input.candidates, plans, context));

  let earlier: SwapManifest | undefined;
  const folder = await claimOutputFolder(out, 'export-swap', async (path) => {
    earlier = await readManifest(path, 'export-swap');
    return filesOfSwapManifest(earlier);
  });
  await claimEmbeddingFiles(out, options.formats, folder.owned);
  await recoverFolders(out);
  const planned = [...plans, ...(candidates?.plans ?? []).map(({ plan }) => plan)];
  await noteFiles(folder, [
    ...planned.flatMap(placesOf),
    ...Object.entries(EMBEDDING_FILES).flatMap(([format, file]) =>
      options.formats.includes(format as SwapFormat) ? [file] : [],
    ),
  ]);
  const { names, unused } = await namesOf(out, folder.owned, plans);

  const progress: ExportProgress = {
    facesets: 0,
    totalFacesets: planned.length,
    faces: 0,
    totalFaces: planned.reduce((sum, plan) => sum + plan.faces.length, 0),
  };
  const report = (faces: number, facesets: number) => {
    progress.faces += faces;
    progress.facesets += facesets;
    input.onProgress?.({ ...progress });
  };
  report(0, 0);

  const written: string[] = [];
  const unchanged: string[] = [];
  const bring = async (plan: FacesetPlan, name: string | null): Promise<DoneFaceset> => {
    input.signal?.throwIfAborted();
    const present = await presentFaceset(out, folder.owned, plan);
    if (present) {
      const path = join(out, present.folder);
      if (name !== null && name !== (await readOwnersName(path))) await writeName(path, plan.id, name);
      unchanged.push(plan.id);
      report(plan.faces.length, 1);
      return present;
    }
    const building = tempBeside(join(out, plan.id));
    try {
      await mkdir(building, { mode: 0o700 });
      const manifest = await buildFaceset(building, plan, {
        cache,
        finder,
        options,
        name,
        onFace: () => report(1, 0),
        signal: input.signal,
      });
      const [usual, other] = placesOf(plan);
      const place = manifest.status === 'thin' ? other : usual;
      if (manifest.faces.length > 0) {
        await replaceFolder(building, join(out, place));
        written.push(plan.id);
      }
      report(0, 1);
      return { folder: place, manifest };
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  };
  const done: DoneFaceset[] = [];
  for (const [i, plan] of plans.entries()) done.push(await bring(plan, names[i]));
  const groups: DoneFaceset[] = [];
  for (const { plan } of candidates?.plans ?? []) groups.push(await bring(plan, null));

  const keptGroups =
    !candidates && earlier?.refine_manifest.sha256 === input.refineFile.sha256
      ? earlier.candidates
      : undefined;
  const candidatesPart = candidates
    ? // The order of the keys that a manifest has when it is read, so that one carried over is the same text.
      candidatesSchema.parse(candidatesManifest(input.candidates as CandidateOptions, candidates, groups))
    : keptGroups;
  const others = input.merge ? await otherFacesets(out, earlier, plans) : [];
  const kept = new Set(
    [...done, ...others].filter(({ manifest }) => manifest.faces.length > 0).map((entry) => entry.folder),
  );
  for (const group of candidatesPart?.groups ?? []) kept.add(group.folder);
  const removed: string[] = [];
  for (const name of folder.owned) {
    if (kept.has(name) || !(await readFacesetManifest(join(out, name)))) continue;
    await removeFaceset(join(out, name));
    removed.push(name);
  }
  for (const name of [THIN_FOLDER, CANDIDATES_FOLDER]) await removeEmptyFolder(join(out, name));
  const all = [...done, ...others].sort((a, b) => compareIds(a.manifest.id, b.manifest.id));
  const embeddingFiles = await writeEmbeddingFiles(out, options.formats, all, cache, folder.owned);
  const manifest: SwapManifest = {
    ...topManifest(input, swapOptionValues(options), all),
    ...(embeddingFiles.length > 0 ? { embedding_files: embeddingFiles } : {}),
    ...(candidatesPart ? { candidates: candidatesPart } : {}),
  };
  const manifestPath = join(out, MANIFEST_NAMES['export-swap']);
  await writeManifest(manifestPath, 'export-swap', manifest);
  await keepNames(out, unused);
  await forgetNote(folder);
  return { manifest, manifestPath, written, unchanged, removed };
}

/** A faceset that is in its place, or has no faces. */
interface DoneFaceset {
  folder: string;
  manifest: SwapFacesetManifest;
}

/** Where a plan's faceset may be: the usual place, and the one of thin ones. */
function placesOf({ id, kind }: FacesetPlan): [string, string] {
  return kind === 'candidates'
    ? [`${CANDIDATES_FOLDER}/${id}`, `${CANDIDATES_FOLDER}/${id}`]
    : [id, `${THIN_FOLDER}/${id}`];
}

/** What the manifest of an export lists, relative to it. */
function filesOfSwapManifest({ facesets, candidates, embedding_files }: SwapManifest): string[] {
  return [
    ...[...facesets, ...(candidates?.groups ?? [])].map((entry) => entry.folder),
    ...(embedding_files ?? []).map(({ file }) => file),
  ];
}

/** Facesets of the earlier export that are not planned now, and are still there. */
async function otherFacesets(
  out: string,
  earlier: SwapManifest | undefined,
  plans: readonly FacesetPlan[],
): Promise<DoneFaceset[]> {
  const planned = new Set(plans.map(({ id }) => id));
  const others: DoneFaceset[] = [];
  for (const { id, folder } of earlier?.facesets ?? []) {
    if (planned.has(id)) continue;
    const manifest = await readFacesetManifest(join(out, folder));
    if (manifest) others.push({ folder, manifest });
  }
  return others;
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function candidatesManifest(
  { rawFile }: CandidateOptions,
  { plans, rejected, options }: CandidatePlans,
  groups: readonly DoneFaceset[],
): SwapCandidates {
  return {
    raw_manifest: rawFile,
    options,
    groups: groups.flatMap(({ folder, manifest }, i) => {
      const { faceset, plan } = plans[i];
      if (manifest.faces.length === 0) return [];
      const counts = { faces: manifest.faces.length, rejected: manifest.rejected.length };
      const inputs = { inputs_sha256: manifest.inputs_sha256 };
      const id = plan.id as SwapCandidates['groups'][number]['id'];
      return [{ id, folder, ...(faceset ? { faceset } : {}), ...counts, ...inputs }];
    }),
    rejected: [
      ...rejected,
      ...groups.flatMap(({ manifest }) => (manifest.faces.length === 0 ? manifest.rejected : [])),
    ].sort((a, b) => a.row - b.row),
  };
}

/** The faceset's folder of an earlier run, if it is whole and was made from the same inputs. */
async function presentFaceset(
  out: string,
  owned: ReadonlySet<string>,
  plan: FacesetPlan,
): Promise<{ folder: string; manifest: SwapFacesetManifest } | null> {
  for (const folder of new Set(placesOf(plan))) {
    if (!owned.has(folder)) continue;
    const manifest = await readFacesetManifest(join(out, folder));
    if (manifest?.inputs_sha256 !== plan.inputsSha256) continue;
    if (await someSourceMayBeBack(manifest)) continue;
    if (await facesetIsWhole(join(out, folder), manifest)) return { folder, manifest };
  }
  return null;
}

/** Whether a face was left out for the state of its photo, and that may be another one by now. */
async function someSourceMayBeBack({ rejected }: SwapFacesetManifest): Promise<boolean> {
  for (const { reason, source, aliases } of rejected) {
    if (!reason.code.startsWith('source-')) continue;
    if (reason.code !== 'source-missing') return true;
    for (const path of [source, ...aliases]) if (!(await isMissing(path))) return true;
  }
  return false;
}

/** The owner's name of each planned faceset. All names are kept aside until the export ends. */
async function namesOf(
  out: string,
  owned: ReadonlySet<string>,
  plans: readonly FacesetPlan[],
): Promise<ReturnType<typeof assignNames>> {
  const named = await readKeptNames(out);
  for (const folder of owned) {
    const name = await readOwnersName(join(out, folder));
    const manifest = name === null ? null : await readFacesetManifest(join(out, folder));
    if (name === null || manifest === null) continue;
    const keys = [...manifest.faces, ...manifest.rejected].map(faceKey);
    // A kept name may have come to its place already, or have been changed by its owner since.
    const kept = named.findIndex((entry) => entry.keys.some((key) => keys.includes(key)));
    if (kept >= 0) named.splice(kept, 1);
    named.push({ name, keys });
  }
  await keepNames(out, named);
  return assignNames(
    plans.map((plan) => ({ keys: [...plan.faces, ...plan.rejected].map(({ ref }) => faceKey(ref)) })),
    named,
  );
}

function topManifest(
  input: ExportSwapInput,
  options: SwapManifest['options'],
  done: readonly { folder: string; manifest: SwapFacesetManifest }[],
): SwapManifest {
  const full = done.filter(({ manifest }) => manifest.faces.length > 0);
  const empty = done.filter(({ manifest }) => manifest.faces.length === 0);
  const rejected = done.flatMap(({ manifest }) => manifest.rejected);
  return {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'export-swap',
    cache: { ...input.cacheFile, faces: input.cache.faceCount, images: input.cache.images.length },
    refine_manifest: input.refineFile,
    options,
    summary: {
      facesets: full.length,
      thin: full.filter(({ manifest }) => manifest.status === 'thin').length,
      empty: empty.length,
      faces: full.reduce((sum, { manifest }) => sum + manifest.faces.length, 0),
      rejected: rejected.length,
      rejected_by: countByCode(rejected.map((face) => face.reason)),
    },
    facesets: full.map(({ folder, manifest }) => ({
      id: manifest.id,
      folder,
      status: manifest.status === 'thin' ? 'thin' : 'ok',
      faces: manifest.faces.length,
      rejected: manifest.rejected.length,
      inputs_sha256: manifest.inputs_sha256,
      bundles: manifest.bundles,
    })),
    empty: empty.map(({ manifest }) => ({ id: manifest.id, rejected: manifest.rejected })),
  };
}
