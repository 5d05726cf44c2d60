import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing, isRealFile, makeRealFolder, tempBeside } from '@face-sets/files';
import { type FacesetPlan, firstLine } from '@face-sets/fsz-export';
import { faceKey, type SwapFacesetManifest } from '@face-sets/manifests';
import {
  facesetIsWhole,
  type LocatedFaceset,
  readFacesetManifest,
  replaceFolder,
  requireFacesetPlace,
} from '../folders/faceset-folders.js';
import { nameIn, readNameFile, writeNameFile } from '../folders/name-file.js';
import { buildFaceset } from './build-faceset.js';
import { callByName, labelName, type PlacedFaceset } from './call-by-name.js';
import type { ClaimedExport } from './claim-export.js';
import type { EarlierCrops } from './earlier-crops.js';
import type { ReportDone } from './export-progress.js';
import type { ExportSwapInput } from './export-swap-input.js';
import { freePlaces, placeOfStatus, placesOf } from './faceset-places.js';
import type { KnownPerson } from './match-facesets.js';

/** What all facesets of one export are built with. */
export interface BuildRun {
  input: ExportSwapInput;
  claimed: ClaimedExport;
  crops: EarlierCrops;
  report: ReportDone;
}

/**
 * Leaves a faceset as it is where it was made from the same inputs, and else builds it beside its place and moves it there.
 *
 * @param person Who it is in the output; of candidates nobody.
 */
export async function bringFaceset(
  run: BuildRun,
  plan: FacesetPlan,
  person?: KnownPerson,
): Promise<PlacedFaceset> {
  const { input, claimed, report } = run;
  input.signal?.throwIfAborted();
  const present = await presentFaceset(input.out, person ? claimed.owned : claimed.folder.owned, plan);
  if (!present) return makeFaceset(run, plan, person);
  report(plan.faces.length, 1);
  const { folder, manifest } = present;
  const placed = person ? await callByName(input.out, present, person.nameFile) : { folder, manifest };
  return { ...placed, crops: 'unchanged' };
}

async function makeFaceset(
  { input, claimed, crops, report }: BuildRun,
  plan: FacesetPlan,
  person?: KnownPerson,
): Promise<PlacedFaceset> {
  const { out, finder, signal } = input;
  const before = person?.before;
  if (before?.linked) await requireFacesetPlace(join(out, before.folder));
  const places = await freePlaces(out, plan, person);
  const building = tempBeside(join(out, plan.id));
  try {
    await mkdir(building, { mode: 0o700 });
    const manifest = await buildFaceset(building, plan, {
      cache: claimed.cache,
      finder,
      options: claimed.options,
      ...(await namesOf(out, plan, person)),
      onFace: () => report(1, 0),
      signal,
      crops: crops.byKey,
    });
    const folder = placeOfStatus(manifest.status, places, before);
    const empty = manifest.faces.length === 0;
    if (!empty) {
      const place = join(out, folder);
      if (before) await copyDroppedCrops(join(out, before.folder), building, plan);
      if (before?.folder === folder) await takeLatestName(place, building, before);
      await replaceFolder(building, place);
      crops.forget(place);
      if (input.merge) await crops.add(place, manifest);
    }
    report(0, 1);
    return { folder, manifest, ...(empty ? {} : { crops: 'written' }) };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
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
  // What is not a text file of the owner (a folder, a broken link) is moved as it is.
  const before = person?.before && (await readNameFile(join(out, person.before.folder)));
  return { name, nameFile: before?.state === 'foreign' ? undefined : nameFile };
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

/** Copies the crops that were dropped from the faceset as it was to the one that takes its place. */
async function copyDroppedCrops(before: string, building: string, plan: FacesetPlan): Promise<void> {
  const crops = new Map((await readFacesetManifest(before))?.faces.map((face) => [faceKey(face), face.file]));
  for (const { ref, dropped } of plan.rejected) {
    if (dropped === undefined || dropped === null) continue;
    await makeRealFolder(building, dirname(dropped));
    const crop = crops.get(faceKey(ref)) ?? dropped;
    // Its owner may have deleted it. What a link leads to is not one of our crops.
    if (!(await isRealFile(before, crop))) continue;
    await copyFile(join(before, crop), join(building, dropped), constants.COPYFILE_FICLONE);
  }
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
): Promise<Omit<LocatedFaceset, 'id'> | null> {
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
