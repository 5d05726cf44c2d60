import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CacheView, cacheWith } from '@face-sets/cache-npz';
import {
  isMissing,
  isRealFile,
  isRealPath,
  makeRealFolder,
  OutputFolderError,
  tempBeside,
} from '@face-sets/files';
import {
  type CandidateOptions,
  type CandidatePlans,
  checkSameFace,
  EMBEDDING_FILES,
  type ExportSwapOptions,
  type FaceFinder,
  type FacesetPlan,
  firstLine,
  planCandidates,
  planFaceset,
  requireSwapperSpace,
  resolveSwapOptions,
  type SwapFormat,
} from '@face-sets/fsz-export';
import {
  type CacheRef,
  candidatesSchema,
  compareFacesetIds,
  countByCode,
  type FacesetEntry,
  faceKey,
  MANIFEST_NAMES,
  MANIFEST_SCHEMA_VERSION,
  type RefineManifest,
  type Rejection,
  readManifest,
  type SwapCandidates,
  type SwapFacesetManifest,
  type SwapManifest,
  writeManifest,
} from '@face-sets/manifests';
import {
  CANDIDATES_FOLDER,
  facesetIsWhole,
  type LocatedFaceset,
  locateFacesets,
  readFacesetManifest,
  recoverFolders,
  removeFaceset,
  replaceFolder,
  requireFacesetPlace,
  THIN_FOLDER,
} from '../folders/faceset-folders.js';
import { givenName, keepNames } from '../folders/faceset-names.js';
import { nameIn, readNameFile, writeNameFile } from '../folders/name-file.js';
import { claimOutputFolder, forgetNote, noteFiles, removeEmptyFolder } from '../folders/output-folder.js';
import { type ChangeOptions, recoverChanges } from '../undo/change-journal.js';
import { buildFaceset, swapOptionValues } from './build-faceset.js';
import { EarlierCrops } from './earlier-crops.js';
import { keepAddedNumbers } from './keep-added-numbers.js';
import {
  droppedFaces,
  highestNumber,
  type KnownPerson,
  matchFacesets,
  requireOwnNumbers,
} from './match-facesets.js';
import { joinMerged, stillMerged } from './merged-facesets.js';
import { renameBundles } from './rename-bundles.js';
import { claimEmbeddingFiles, writeEmbeddingFiles } from './write-embedding-files.js';
import type { YearReader } from './year-reader.js';

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
export interface ExportSwapInput extends ChangeOptions {
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
  /** Years of capture by the SHA-256 of the photo, or who tells them: a diverse selection covers them. */
  years?: ReadonlyMap<string, number> | YearReader;
  /** Sorts the singletons of the raw clusters into `_candidates/`; without it there is none. */
  candidates?: CandidateOptions;
  /**
   * Adds to an earlier export: facesets that `refine` does not list stay as they are, byte for byte. A faceset is who its
   * id says: one that is there is made anew, a new one needs a number after the highest that was ever used.
   */
  merge?: boolean;
  /**
   * Faces to take out of facesets that are there, by the faceset's id and the face's `faceKey`, and why. Their crops go
   * to `faces/_dropped/`, and they stay out of the faceset in every later export.
   */
  drop?: ReadonlyMap<string, ReadonlyMap<string, Rejection>>;
  /**
   * Facesets that have been joined to others: their folders lie elsewhere below `out`. In later exports too their faces go
   * where they were joined to, unless the owner puts the folder back.
   */
  merged?: NonNullable<SwapManifest['merged']>;
  /** With `merge`: ids of facesets and eras to remove, unless `refine` lists them. */
  retire?: ReadonlySet<string>;
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
  /** Ids of facesets whose crops were right already. */
  unchanged: string[];
  /** Of these, those whose files got another name, since the person has. */
  renamed: string[];
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
 * old and take its place by a rename, those no longer wanted are removed; with `merge` those stay, and so do, without it,
 * those that joined by a merge, with their numbers: whom the refine manifest gives one of these gets another one. Foreign
 * files stay. What the owner wrote into `NAME.txt`, and the name that the owner gave
 * to a folder, follow the person, even when refine has numbered them anew: a faceset is found by the id in its own
 * manifest, wherever its folder lies directly below `out` or in `_thin/`. The bundles of someone with a name are called by
 * it: `Anna_all.fsz`. Where only the name has changed since the last export, the files are renamed, and no crop is made
 * anew. `NAME.txt` may be in any encoding, and what the owner has written there is never written anew. Nothing is written or removed through a symbolic
 * link that is put in the place of a faceset.
 *
 * A faceset of the refine manifest with a `label` has it in `NAME.txt` until the owner writes another name, in the names of
 * its bundles, and as a file `<label>.txt`. One with `era_of` is an era: it gets an `<id>.txt` with its `years`; those of
 * fewer than `minEraFaces` faces a `THIN.txt`, a place in `_thin/`, and are listed apart from the facesets.
 *
 * @throws OutputFolderError when the folder holds something else, a faceset has a symbolic link in its place, or a merge
 *   would give a number again.
 * @throws ManifestMismatchError when the refine manifest does not belong to the cache.
 * @throws ForeignEmbeddingsError when a format needs embeddings of another model than the cache's.
 * @throws {InvalidArgumentError} for an impossible option.
 */
export async function exportSwap(input: ExportSwapInput): Promise<ExportSwapResult> {
  const { out, refine, finder } = input;
  const options = resolveSwapOptions(input.options);
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  requireSwapperSpace(cache, options.formats);
  for (const { id, faces } of refine.facesets) for (const face of faces) checkSameFace(cache, face, id);
  const years = await yearsOf(input);
  const context = { cache, options, finderIdentity: finder.identity, years };

  await recoverChanges(out, input);
  let earlier: SwapManifest | undefined;
  const folder = await claimOutputFolder(out, 'export-swap', async (path) => {
    earlier = await readManifest(path, 'export-swap');
    return filesOfSwapManifest(earlier);
  });
  const entries = new Map(entriesOf(earlier).map((entry) => [entry.id, entry]));
  await claimEmbeddingFiles(out, options.formats, folder.owned);
  await recoverFolders(out);
  const located = await locateFacesets(out, folder.owned);
  const owned = [...located.values()].filter(({ id, folder: at }) => entries.has(id) || folder.owned.has(at));
  const merge = input.merge ?? false;
  const { cacheFile } = input;
  const numbered = merge ? refine.facesets : await keepAddedNumbers(out, refine.facesets, earlier, located);
  const facesets = await joinMerged(numbered, { out, cache, cacheFile, earlier, located, merge });
  if (merge) requireOwnNumbers(facesets, earlier, located);
  const crops = new EarlierCrops(options);
  if (merge)
    await knownCrops(
      crops,
      out,
      [...located.values()],
      [...stillMerged(earlier, located), ...(input.merged ?? [])],
    );
  const added = new Set([...entries.values()].flatMap((entry) => (entry.added ? [entry.id] : [])));
  const { people, unused } = await matchFacesets(out, facesets, owned, { merge, added });
  const plans = facesets.map((faceset, i) =>
    planFaceset(faceset, context, droppedFaces(people[i].before, input.drop?.get(faceset.id))),
  );
  const candidates = input.candidates && (await planCandidates(input.candidates, plans, context));
  const planned = [...plans, ...(candidates?.plans ?? []).map(({ plan }) => plan)];
  await noteFiles(folder, [
    ...plans.flatMap((plan, i) => placesOf(plan, people[i])),
    ...(candidates?.plans ?? []).flatMap(({ plan }) => placesOf(plan)),
    ...Object.entries(EMBEDDING_FILES).flatMap(([format, file]) =>
      options.formats.includes(format as SwapFormat) ? [file] : [],
    ),
  ]);

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
  const renamed: string[] = [];
  const callByName = async (
    faceset: Pick<LocatedFaceset, 'folder' | 'manifest' | 'linked'>,
    nameFile: Uint8Array | null = null,
  ): Promise<DoneFaceset> => {
    const { folder, linked } = faceset;
    const { id, label } = faceset.manifest;
    const path = join(out, folder);
    const { state } = await readNameFile(path, label);
    if (nameFile && !linked && (state === 'ours' || state === 'none')) {
      await writeNameFile(path, { id, bytes: nameFile });
    }
    const name = (await givenName(out, { folder, id })) ?? labelName(label);
    const manifest = await renameBundles(out, faceset, name);
    if (!manifest) return faceset;
    renamed.push(id);
    return { folder, manifest };
  };
  const bring = async (plan: FacesetPlan, person?: KnownPerson): Promise<DoneFaceset> => {
    input.signal?.throwIfAborted();
    const present = await presentFaceset(out, person ? owned : folder.owned, plan);
    if (present) {
      unchanged.push(plan.id);
      report(plan.faces.length, 1);
      return person ? await callByName(present, person.nameFile) : present;
    }
    if (person?.before?.linked) await requireFacesetPlace(join(out, person.before.folder));
    const [usual, other] = await freePlaces(out, plan, person);
    const building = tempBeside(join(out, plan.id));
    try {
      await mkdir(building, { mode: 0o700 });
      const manifest = await buildFaceset(building, plan, {
        cache,
        finder,
        options,
        ...(await namesOf(out, plan, person)),
        onFace: () => report(1, 0),
        signal: input.signal,
        crops: crops.byKey,
      });
      const place = placeOfStatus(manifest.status, usual, other, person?.before);
      if (manifest.faces.length > 0) {
        if (person?.before) await putAside(join(out, person.before.folder), building, plan);
        if (person?.before?.folder === place) await takeLatestName(join(out, place), building, person.before);
        await replaceFolder(building, join(out, place));
        crops.forget(join(out, place));
        if (merge) await crops.add(join(out, place), manifest);
        written.push(plan.id);
      }
      report(0, 1);
      return { folder: place, manifest };
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  };
  const done: DoneFaceset[] = [];
  for (const [i, plan] of plans.entries()) done.push(await bring(plan, people[i]));
  const groups: DoneFaceset[] = [];
  for (const { plan } of candidates?.plans ?? []) groups.push(await bring(plan));

  const keptGroups =
    !candidates && (input.merge || earlier?.refine_manifest.sha256 === input.refineFile.sha256)
      ? earlier?.candidates
      : undefined;
  const candidatesPart = candidates
    ? // The order of the keys that a manifest has when it is read, so that one carried over is the same text.
      candidatesSchema.parse(candidatesManifest(input.candidates as CandidateOptions, candidates, groups))
    : keptGroups;
  const others: DoneFaceset[] = [];
  for (const faceset of otherFacesets(entries, located, plans, merge)) {
    if (!input.retire?.has(faceset.id)) others.push(merge ? faceset : await callByName(faceset));
  }
  const kept = new Set(
    [...done, ...others].filter(({ manifest }) => manifest.faces.length > 0).map((entry) => entry.folder),
  );
  for (const group of candidatesPart?.groups ?? []) kept.add(group.folder);
  const removed: string[] = [];
  for (const name of new Set([...folder.owned, ...owned.map((faceset) => faceset.folder)])) {
    if (kept.has(name) || !(await isRealPath(out, name))) continue;
    if (await removeFaceset(join(out, name))) removed.push(name);
  }
  for (const name of [THIN_FOLDER, CANDIDATES_FOLDER]) await removeEmptyFolder(join(out, name));
  const all = [...done, ...others].sort((a, b) => compareFacesetIds(a.manifest.id, b.manifest.id));
  const there = new Set(all.map(({ manifest }) => manifest.id));
  const embeddingFiles = await writeEmbeddingFiles(
    ...([out, options.formats, all, cache, folder.owned] as const),
    // What joins a collection takes nothing from it.
    merge ? earlier?.embedding_files : [],
  );
  const manifest: SwapManifest = {
    ...topManifest(input, swapOptionValues(options), all, {
      earlier,
      planned: new Set(plans.map(({ id }) => id)),
      refined: new Set(numbered.map(({ id }) => id)),
      merged: [...stillMerged(earlier, located), ...(input.merged ?? [])].filter(({ id }) => !there.has(id)),
    }),
    ...(embeddingFiles.length > 0 ? { embedding_files: embeddingFiles } : {}),
    ...(candidatesPart ? { candidates: candidatesPart } : {}),
  };
  const manifestPath = join(out, MANIFEST_NAMES['export-swap']);
  await writeManifest(manifestPath, 'export-swap', manifest);
  await keepNames(out, unused);
  await forgetNote(folder);
  return { manifest, manifestPath, written, unchanged, renamed, removed };
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

/** A faceset that is in its place, or has no faces. */
interface DoneFaceset {
  folder: string;
  manifest: SwapFacesetManifest;
}

/** Who a faceset that is to be made is, and what is to be in its `NAME.txt`. */
async function namesOf(
  out: string,
  { kind, traits: { label } }: FacesetPlan,
  person?: KnownPerson,
): Promise<{ name: string | null; nameFile: Uint8Array | null | undefined }> {
  if (kind === 'candidates') return { name: null, nameFile: undefined };
  const nameFile = person?.nameFile ?? null;
  const written = nameFile && nameIn(nameFile);
  const name = written ?? (person?.folderName && firstLine(person.folderName)) ?? labelName(label);
  // What is no text of the owner's (a folder, a link that leads nowhere) moves over as it is.
  const before = person?.before && (await readNameFile(join(out, person.before.folder)));
  return { name, nameFile: before?.state === 'foreign' ? undefined : nameFile };
}

function labelName(label: string | undefined): string | null {
  return label === undefined ? null : firstLine(label);
}

/** The owner may have written another name while the faceset was made. */
async function takeLatestName(
  path: string,
  building: string,
  { id, manifest: { label } }: LocatedFaceset,
): Promise<void> {
  const { state, bytes } = await readNameFile(path, label);
  if (state === 'owner') await writeNameFile(building, { id, bytes });
}

/** Where a plan's faceset may be: the usual place, and the one of thin ones. */
function placesOf({ id, kind }: FacesetPlan, person?: KnownPerson): [string, string] {
  if (kind === 'candidates') return [`${CANDIDATES_FOLDER}/${id}`, `${CANDIDATES_FOLDER}/${id}`];
  const name = person?.folderName ?? id;
  return [name, `${THIN_FOLDER}/${name}`];
}

/** One of the two places: a faceset is left where its owner has it, until it has become thin, or is so no more. */
function placeOfStatus(
  status: SwapFacesetManifest['status'],
  usual: string,
  other: string,
  before: LocatedFaceset | null = null,
): string {
  if (before?.manifest.status !== status) return status === 'thin' ? other : usual;
  return dirname(before.folder) === dirname(other) ? other : usual;
}

/**
 * {@link placesOf}, but under its id where someone else's faceset has the name.
 *
 * @throws OutputFolderError when the folder called by its id holds another faceset, or something that is no folder.
 */
async function freePlaces(out: string, plan: FacesetPlan, person?: KnownPerson): Promise<[string, string]> {
  const choose = async (place: string): Promise<string> => {
    for (const folder of [place, join(dirname(place), plan.id)]) {
      const path = join(out, folder);
      await requireFacesetPlace(path);
      const there = folder === person?.before?.folder ? null : await readFacesetManifest(path);
      if (!there || there.id === plan.id) return folder;
    }
    const taken = join(out, dirname(place), plan.id);
    throw new OutputFolderError(
      `${taken} holds ${(await readFacesetManifest(taken))?.id}, and ${plan.id} is to be put there: rename the folder`,
    );
  };
  const [usual, other] = placesOf(plan, person);
  return [await choose(usual), await choose(other)];
}

/** Crops of all facesets of an output, and of those that were joined to others. */
async function knownCrops(
  crops: EarlierCrops,
  out: string,
  located: readonly LocatedFaceset[],
  merged: NonNullable<SwapManifest['merged']>,
): Promise<void> {
  for (const { folder, manifest } of located) await crops.add(join(out, folder), manifest);
  for (const { folder } of merged) {
    if (!(await isRealPath(out, folder))) continue;
    const manifest = await readFacesetManifest(join(out, folder));
    if (manifest) await crops.add(join(out, folder), manifest);
  }
}

/** Copies the crops that are put aside from the faceset as it was to the one that takes its place. */
async function putAside(before: string, building: string, plan: FacesetPlan): Promise<void> {
  const crops = new Map((await readFacesetManifest(before))?.faces.map((face) => [faceKey(face), face.file]));
  for (const { ref, dropped } of plan.rejected) {
    if (dropped === undefined || dropped === null) continue;
    await makeRealFolder(building, dirname(dropped));
    const crop = crops.get(faceKey(ref)) ?? dropped;
    // Its owner may have deleted it. What a link leads to is no crop of ours.
    if (!(await isRealFile(before, crop))) continue;
    await copyFile(join(before, crop), join(building, dropped), constants.COPYFILE_FICLONE);
  }
}

function entriesOf(manifest: SwapManifest | undefined): FacesetEntry[] {
  return [...(manifest?.facesets ?? []), ...(manifest?.thin_eras ?? [])];
}

/** What the manifest of an export lists, relative to it. */
function filesOfSwapManifest(manifest: SwapManifest): string[] {
  const { candidates, embedding_files } = manifest;
  return [
    ...[...entriesOf(manifest), ...(candidates?.groups ?? [])].map((entry) => entry.folder),
    ...(embedding_files ?? []).map(({ file }) => file),
  ];
}

/** Facesets of the earlier export that are not planned now, are still there, and stay. */
function otherFacesets(
  entries: ReadonlyMap<string, FacesetEntry>,
  located: ReadonlyMap<string, LocatedFaceset>,
  plans: readonly FacesetPlan[],
  merge: boolean,
): LocatedFaceset[] {
  const planned = new Set(plans.map(({ id }) => id));
  return [...entries.values()].flatMap(({ id, added }) => {
    const faceset = planned.has(id) || !(merge || added) ? undefined : located.get(id);
    return faceset ?? [];
  });
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

/**
 * The faceset's folder of an earlier run, if it is whole and was made from the same inputs.
 *
 * @param places The facesets of the output; of candidates the folders that are ours.
 */
async function presentFaceset(
  out: string,
  places: readonly LocatedFaceset[] | ReadonlySet<string>,
  plan: FacesetPlan,
): Promise<(DoneFaceset & { linked: boolean }) | null> {
  let there: Omit<LocatedFaceset, 'id'> | undefined;
  if ('has' in places) {
    const [folder] = placesOf(plan);
    const manifest = places.has(folder) ? await readFacesetManifest(join(out, folder)) : null;
    if (manifest) there = { folder, manifest, linked: false };
  } else there = places.find(({ id }) => id === plan.id);
  if (there?.manifest.inputs_sha256 !== plan.inputsSha256) return null;
  const { folder, manifest, linked } = there;
  if (await someSourceMayBeBack(manifest)) return null;
  return (await facesetIsWhole(join(out, folder), manifest)) ? { folder, manifest, linked } : null;
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

function topManifest(
  input: ExportSwapInput,
  options: SwapManifest['options'],
  done: readonly DoneFaceset[],
  {
    earlier,
    planned,
    refined,
    merged,
  }: {
    earlier: SwapManifest | undefined;
    /** Ids of the facesets that were exported now. */
    planned: ReadonlySet<string>;
    /** Of these, those of the refine manifest; the others are there since someone was joined to them. */
    refined: ReadonlySet<string>;
    merged: NonNullable<SwapManifest['merged']>;
  },
): SwapManifest {
  const full = done.filter(({ manifest }) => manifest.faces.length > 0);
  const known = new Map(entriesOf(earlier).map((entry) => [entry.id, entry]));
  const empty = [
    ...done
      .filter(({ manifest }) => manifest.faces.length === 0)
      .map(({ manifest: { id, rejected } }) => ({ id, rejected })),
    ...(input.merge
      ? (earlier?.empty ?? []).filter(({ id }) => !planned.has(id) && !input.retire?.has(id))
      : []),
  ].sort((a, b) => compareFacesetIds(a.id, b.id));
  const rejected = [
    ...full.flatMap(({ manifest }) => manifest.rejected),
    ...empty.flatMap((e) => e.rejected),
  ];
  const entries = full.map(({ folder, manifest }): FacesetEntry => {
    const { id, label, era_of, years, name } = manifest;
    const before = known.get(id);
    const added = refined.has(id) ? input.merge && (before === undefined || before.added) : before?.added;
    return {
      id,
      folder,
      label,
      era_of,
      years,
      name,
      status: manifest.status === 'thin' ? 'thin' : 'ok',
      faces: manifest.faces.length,
      rejected: manifest.rejected.length,
      inputs_sha256: manifest.inputs_sha256,
      bundles: manifest.bundles,
      ...(added ? { added: true } : {}),
    };
  });
  const thinEras = entries.filter(({ era_of, status }) => era_of !== undefined && status === 'thin');
  const facesets = entries.filter((entry) => !thinEras.includes(entry));
  const manifest: SwapManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'export-swap',
    cache: { ...input.cacheFile, faces: input.cache.faceCount, images: input.cache.images.length },
    refine_manifest: input.refineFile,
    options,
    summary: {
      facesets: facesets.length,
      thin: facesets.filter(({ status }) => status === 'thin').length,
      ...(thinEras.length > 0 ? { thin_eras: thinEras.length } : {}),
      empty: empty.length,
      faces: entries.reduce((sum, { faces }) => sum + faces, 0),
      rejected: rejected.length,
      rejected_by: countByCode(rejected.map((face) => face.reason)),
    },
    facesets,
    ...(thinEras.length > 0 ? { thin_eras: thinEras } : {}),
    empty,
    ...(merged.length > 0 ? { merged } : {}),
  };
  const highest = Math.max(highestNumber(earlier), highestNumber(manifest));
  return { ...manifest, highest_number: highest };
}
