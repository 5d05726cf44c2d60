export { cleanFacesets } from './edit/clean-facesets.js';
export {
  CLEAN_SIMILARITY,
  type CleanFinding,
  type CleanInput,
  type CleanResult,
} from './edit/clean-result.js';
export { consolidateFacesets } from './edit/consolidate-facesets.js';
export {
  CONSOLIDATE_THRESHOLD,
  type ConsolidateInput,
  type ConsolidateProposal,
  type ConsolidateResult,
  type CropPair,
  type ProposedFaceset,
} from './edit/consolidate-result.js';
export { type ExportEdits, readExportEdits } from './edits/export-edits.js';
export { type EditedGroup, isUnedited, type PlacedEdits, readPlacedEdits } from './edits/placed-edits.js';
export type { EraFacesInput } from './eras/era-faces.js';
export { ERAS_FOLDER, erasPaths, readEras } from './eras/eras-folder.js';
export { type ErasProbeFile, erasProbeSchema, readErasProbe } from './eras/eras-probe-file.js';
export type { FacesetErasInput, FacesetErasResult } from './eras/export-eras.js';
export { extendFacesetEras, recordedErasSplit } from './eras/extend-faceset-eras.js';
export { type ProbeFacesetErasInput, probeFacesetEras } from './eras/probe-faceset-eras.js';
export { splitFacesetEras } from './eras/split-faceset-eras.js';
export { ImportConfigError, UndoError } from './errors.js';
export { exportSwap } from './export/export-swap.js';
export type { ExportProgress, ExportSwapInput, ExportSwapResult } from './export/export-swap-input.js';
export { highestFacesetNumber, newFacesetId } from './export/match-facesets.js';
export type { YearReader } from './export/year-reader.js';
export { type Collection, type CollectionFaceset, readCollection } from './folders/collection.js';
export { facesetAt } from './folders/faceset-at.js';
export { type LocatedFaceset, locateFacesets } from './folders/faceset-folders.js';
export { displayName, givenName } from './folders/faceset-names.js';
export {
  LINK_MODES,
  type LinkMode,
  type MaterializeFailure,
  type MaterializeOptions,
  type MaterializeResult,
  materialize,
} from './folders/materialize.js';
export { removeEmptyFolder, SYSTEM_FILES } from './folders/output-folder.js';
export { outputIsCurrent } from './folders/output-is-current.js';
export type { Progress } from './folders/place-photos.js';
export { REPORT_FOLDER } from './folders/report-folder.js';
export { MAX_NAME_BYTES, safeDstName } from './folders/safe-dst-name.js';
export type { PlacedOutputInput, WrittenFolders } from './folders/write-placed-output.js';
export { type ImportConfig, importConfigSchema, readImportConfig } from './import/import-config.js';
export {
  IMPORT_FOLDER,
  type ImportFoldersInput,
  type ImportFoldersResult,
  importFolders,
} from './import/import-folders.js';
export { type PlanImportOptions, resolveImportOptions } from './import/import-options.js';
export type { ImportedFace, ImportedPerson, ImportPlan } from './import/import-plan.js';
export type { ImportProblem } from './import/import-problems.js';
export { planImport } from './import/plan-import.js';
export { type TrustedFolders, type TrustedPerson, trustedPeople } from './import/trusted-people.js';
export {
  type ComposedFaceset,
  type ComposeRefineManifestInput,
  composeRefineManifest,
} from './people/compose-refine-manifest.js';
export type { GroupChanges, GroupGrowth, LostPhoto } from './people/group-changes.js';
export {
  type GateLoss,
  gateLosses,
  lowerLimits,
  type NearMiss,
  nearMisses,
  nearMissText,
} from './people/near-misses.js';
export { refineOutcomes } from './people/refine-outcomes.js';
export {
  type PersonFaces,
  type WritePersonFoldersInput,
  type WrittenPeople,
  writePersonFolders,
} from './people/write-person-folders.js';
export {
  type RefineOutcome,
  type WriteRefinedFoldersInput,
  writeRefinedFolders,
} from './people/write-refined-folders.js';
export {
  type ChangeOptions,
  MOST_CHANGES,
  recordChange,
  recoverChanges,
  undoableChanges,
  undoLastChange,
} from './undo/change-journal.js';
export type { UndoneChange } from './undo/undone-change.js';
