import { join, resolve } from 'node:path';
import { cacheWith } from '@face-sets/cache-npz';
import { isMissing, makeRealFolder } from '@face-sets/files';
import type { ExportCache, ExportSwapOptions } from '@face-sets/fsz-export';
import { faceKey, faceRefOf, MANIFEST_NAMES, readManifest, writeManifest } from '@face-sets/manifests';
import { optionsBesideEras } from '../eras/export-eras.js';
import { exportSwap } from '../export/export-swap.js';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import { rowsOfManifest } from '../export/merged-facesets.js';
import { claimOutputFolder } from '../folders/output-folder.js';
import { type ComposedFaceset, composeRefineManifest } from '../people/compose-refine-manifest.js';
import { recordChange } from '../undo/change-journal.js';
import { type PlanImportOptions, resolveImportOptions } from './import-options.js';
import type { ImportedPerson, ImportPlan } from './import-plan.js';
import type { ImportProblem } from './import-problems.js';
import { type FoundFaceset, findFacesets } from './imported-facesets.js';
import { planImport } from './plan-import.js';
import type { TrustedPerson } from './trusted-people.js';

/** Where the refine manifest of the last import is, in the output folder. */
export const IMPORT_FOLDER = '_import';

/** What {@link importFolders} works on. */
export interface ImportFoldersInput
  extends Omit<ExportSwapInput, 'refine' | 'refineFile' | 'merge' | 'candidates' | 'drop' | 'options'> {
  /** Of the export. Those that are not given are those that the output was exported with. */
  options?: ExportSwapInput['options'];
  /** People whose photos are in folders of their own; see `trustedPeople`. */
  trusted: readonly TrustedPerson[];
  /** Folders with photos of anyone. */
  mixed?: readonly string[];
  /** How faces are told apart; `options` are those of the export. */
  sorting?: PlanImportOptions;
  /** See `recordChange`. */
  onRecovered?: (operation: string) => void;
}

/** What {@link importFolders} did. */
export interface ImportFoldersResult {
  /** Who has a faceset, in the order given. */
  imported: (Omit<FoundFaceset, 'joined'> & ImportedPerson)[];
  /** The faces of the folders that go to no one, ascending by row. */
  rejected: ImportPlan['rejected'];
  problems: ImportProblem[];
  /** Null where there is no one to export. */
  exported: ExportSwapResult | null;
  /** The refine manifest that was exported. */
  refineManifestPath: string;
}

/**
 * Makes facesets of folders that someone has sorted by person (see `planImport`), and adds them to an output of
 * `exportSwap`: new ones with numbers after the highest, labeled with the person's name. What else is in the output
 * stays as it is. People of an earlier import are updated: known by their label and a photo, or by their faces. The same
 * import again changes nothing. An import is one change, which `undoLastChange` takes back; one that is interrupted is
 * taken back by itself.
 *
 * What was imported is in a refine manifest in `_import/`: every face of the folders with its faceset or the reason why
 * it is in none.
 *
 * @throws FoldersNotInCacheError when the cache has no photo in a folder.
 * @throws {InvalidArgumentError} when a label or an option is impossible.
 * @throws OutputFolderError when the folder holds something else.
 */
export async function importFolders(input: ImportFoldersInput): Promise<ImportFoldersResult> {
  const { trusted, mixed = [], sorting, onRecovered, ...exporting } = input;
  const { cacheFile, out } = input;
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const { people, rejected, problems } = await planImport(cache, { trusted, mixed }, sorting);
  const refineManifestPath = join(out, IMPORT_FOLDER, MANIFEST_NAMES.refine);
  if (people.length === 0) return { imported: [], rejected, problems, refineManifestPath, exported: null };

  const keys = people.map(({ faces }) => faces.map(({ row }) => faceKey(faceRefOf(cache, row))));
  await requireExportFolder(out);
  return recordChange(
    out,
    'import-folders',
    async () => {
      const found = await findFacesets(out, people, keys, refineManifestPath);
      const imported = people.map((person, i) => {
        const { id, into } = found[i];
        return { id, ...(into === undefined ? {} : { into }), ...person };
      });
      const options = resolveImportOptions(sorting);
      const { manifest, sha256 } = composeRefineManifest({
        cache,
        cacheFile,
        options: {
          ...options,
          identityThresholds: [...options.identityThresholds],
          trusted: trusted.flatMap(({ label, folders }) =>
            folders.map((path) => `${resolve(path)}=${label}`),
          ),
          mixed: mixed.map((path) => resolve(path)),
        },
        facesets: [
          ...imported.map(({ id, label, faces }) => ({ id, label, faces })),
          // So that they stay part of the facesets that they were joined to.
          ...found.flatMap(({ joined }) => joined).map((joined) => facesetOf(cache, joined)),
        ],
        rejected,
      });
      const refineFile = { path: resolve(refineManifestPath), sha256 };
      const exported = await exportSwap({
        ...exporting,
        options: { ...(await optionsOf(out)), ...exporting.options },
        refine: manifest,
        refineFile,
        merge: true,
      });
      // Afterward, since a new output folder must be empty.
      await makeRealFolder(out, IMPORT_FOLDER);
      await writeManifest(refineManifestPath, 'refine', manifest);
      return { imported, rejected, problems, refineManifestPath, exported };
    },
    { onRecovered },
  );
}

/** A faceset of the output as it was; what is its faces' distance to the centroid shows when it is exported. */
function facesetOf(cache: ExportCache, { id, manifest }: FoundFaceset['joined'][number]): ComposedFaceset {
  return { id, faces: rowsOfManifest(cache, manifest).map((row) => ({ row, distance: 0 })) };
}

/** The options that the output was exported with; none where it is new. */
async function optionsOf(out: string): Promise<ExportSwapOptions> {
  const path = join(out, MANIFEST_NAMES['export-swap']);
  return (await isMissing(path)) ? {} : optionsBesideEras((await readManifest(path, 'export-swap')).options);
}

/**
 * Looks at the output folder before anything is done to it.
 *
 * @throws OutputFolderError when it holds something else than an output of `exportSwap`.
 */
async function requireExportFolder(out: string): Promise<void> {
  await claimOutputFolder(out, 'export-swap', async (path) => {
    await readManifest(path, 'export-swap');
    return [];
  });
}
