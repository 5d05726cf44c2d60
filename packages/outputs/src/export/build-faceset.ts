import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BuildContext,
  bundleStem,
  type ExportedFace,
  type FacesetPlan,
  fszEntryName,
  type PlannedFace,
  type PlannedRejection,
  type ResolvedSwapOptions,
  selectFaces,
  writeFacesetFormats,
  writeFacesetTexts,
} from '@face-sets/fsz-export';
import {
  MANIFEST_NAMES,
  MANIFEST_SCHEMA_VERSION,
  namedOptions,
  type OptionValues,
  rejection,
  rounded,
  type SwapFacesetManifest,
  writeManifest,
} from '@face-sets/manifests';
import { FACES_FOLDER } from '../folders/faceset-folders.js';
import { writeNameFile } from '../folders/name-file.js';
import { type CutFaces, cutFaces } from './cut-faces.js';

/**
 * Makes a faceset in an empty folder: near-duplicates and second faces of a photo left out, crops, bundles and other
 * formats, manifest, name. One photo is in memory for each of the `concurrency` workers, however large the faceset.
 *
 * @returns The manifest; where no face is left its `faces` are empty and nothing useful is in the folder.
 */
export async function buildFaceset(
  folder: string,
  plan: FacesetPlan,
  context: BuildContext,
): Promise<SwapFacesetManifest> {
  const { cache, options } = context;
  await mkdir(join(folder, FACES_FOLDER), { recursive: true, mode: 0o700 });
  const { kept, rejected } = enoughFaces(plan, await cutFaces(folder, plan, context));

  const names = kept.map((_, rank) => fszEntryName(rank, kept.length));
  const faces: ExportedFace[] = [];
  for (const [rank, { index, cut, crop, embedding }] of kept.entries()) {
    const file = `${FACES_FOLDER}/${names[rank]}`;
    await rename(cut, join(folder, file));
    faces.push({ planned: plan.faces[index], crop, embedding, file });
  }
  const candidates = plan.kind === 'candidates';
  const drift = selectFaces(cache, faces, candidates ? [] : options.topN, options.select);
  const late = plan.faces.flatMap(({ ref }, i) => {
    const reason = rejected.get(i);
    return reason ? [{ ref, reason }] : [];
  });
  const era = plan.traits.era_of !== undefined;
  const wanted = era ? options.minEraFaces : options.minFaces;
  const thin = faces.length < wanted;
  const { id, traits } = plan;
  // What is named after it goes into the folders of other tools, which show nothing but the name.
  const stem = bundleStem({ id, ...traits }, context.name);
  const markers = candidates
    ? []
    : await writeFacesetTexts(folder, id, traits, thin ? { faces: faces.length, wanted } : undefined);
  const manifest: SwapFacesetManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'swap-faceset',
    id,
    ...traits,
    ...(context.name === null ? {} : { name: context.name }),
    status: candidates ? 'candidates' : thin ? 'thin' : 'ok',
    inputs_sha256: plan.inputsSha256,
    options: swapOptionValues(options),
    ...(candidates || faces.length === 0
      ? { bundles: [], exports: [] }
      : await writeFacesetFormats(folder, stem, faces, drift, context)),
    drift,
    faces: faces.map(({ planned, crop, file }, rank) => ({
      rank,
      file,
      score: rounded(planned.ranked.score, 6),
      parts: partsOf(planned),
      distance: planned.distance,
      ...(planned.year === undefined ? {} : { year: planned.year }),
      crop,
      ...planned.ref,
    })),
    rejected: [...plan.rejected, ...late]
      .sort((a, b) => a.ref.row - b.ref.row)
      .map(({ ref, reason, dropped }: PlannedRejection) => ({
        ...ref,
        reason,
        ...(dropped === undefined ? {} : { dropped }),
      })),
    ...(markers.length > 0 ? { markers } : {}),
  };
  const { nameFile } = context;
  if (!candidates && nameFile !== undefined) {
    await writeNameFile(folder, { id, label: traits.label, bytes: nameFile });
  }
  await writeManifest(join(folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset', manifest);
  return manifest;
}

/** The options that shape an export, as its manifests say them. */
export function swapOptionValues({ concurrency: _, ...options }: ResolvedSwapOptions): OptionValues {
  return namedOptions({ ...options });
}

function partsOf({ ranked: { parts } }: PlannedFace): Record<string, number> {
  return {
    frontality: rounded(parts.frontality, 6),
    det_score: rounded(parts.detScore, 6),
    landmark_symmetry: rounded(parts.landmarkSymmetry, 6),
    face_size: rounded(parts.faceSize, 6),
    sharpness: rounded(parts.sharpness, 6),
  };
}

/** Leaves out those that are too few to be anyone. */
function enoughFaces({ faces, leastFaces = 1 }: FacesetPlan, { kept, rejected }: CutFaces): CutFaces {
  if (kept.length >= leastFaces) return { kept, rejected };
  const message = `only ${kept.length} of ${faces.length} similar faces can be used; a new person needs ${leastFaces}`;
  const reason = rejection('unmatched', kept.length, leastFaces, message);
  return { kept: [], rejected: new Map([...rejected, ...kept.map(({ index }) => [index, reason] as const)]) };
}
