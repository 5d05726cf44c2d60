export { CacheNotFoundError, type MergeSummary } from '@face-sets/cache-npz';
export { DEFAULT_ERA_OPTIONS, DEFAULT_PROBE_OPTIONS, LEAST_SAME_PAIRS } from '@face-sets/cluster';
export { DEDUP_THRESHOLD } from '@face-sets/dedup';
export type { EmbedSummary } from '@face-sets/face-embed';
export { type ModelFolder, ModelsNotFoundError } from '@face-sets/face-embed';
export { systemErrorLine } from '@face-sets/files';
export {
  DEFAULT_CANDIDATE_OPTIONS,
  formatForTool,
  formatNames,
  formatsOf,
  SELECT_MODES,
  type SwapFormat,
} from '@face-sets/fsz-export';
export { countByCode, type ErasManifest, type SwapManifest } from '@face-sets/manifests';
export {
  CLEAN_SIMILARITY,
  type CleanResult,
  CONSOLIDATE_THRESHOLD,
  type ConsolidateProposal,
  type ConsolidateResult,
  type ErasProbeFile,
  type GroupChanges,
  type GroupGrowth,
  LINK_MODES,
  type LinkMode,
  MOST_CHANGES,
  type ProposedFaceset,
  type UndoneChange,
} from '@face-sets/outputs';
export { parseShard, type Shard } from '@face-sets/photos';
export { DEFAULT_GATES, measuredText } from '@face-sets/quality';
export { erasVerdict, type WrittenReport } from '@face-sets/review';
export { ALGORITHM_DEFAULTS, type AlgorithmOptions, OWN_DEFAULTS } from './shared/algorithm.js';
export type { CollectionOptions } from './shared/collection-cache.js';
export type { PipelineEvent, StepOptions, WarningCode } from './shared/context.js';
export { count } from './shared/count.js';
export { type DiskCost, megabytes, tellDiskCost } from './shared/disk-cost.js';
export { InvalidOptionsError, NeedsConsentError, PipelineError } from './shared/errors.js';
export type { FacesetHints } from './shared/faceset-hints.js';
export { cacheAt } from './shared/locate/cache-at.js';
export { isRunFolder, manifestAt, type OutputKind, outputAt } from './shared/locate/locate-output.js';
export { RUN_FOLDERS, runLayout } from './shared/locate/run-folder.js';
export type { ExportSettings } from './shared/open-finder.js';
export { type GateOptions, MODEL_DEFAULTS, type ModelOptions } from './shared/options.js';
export type { ExportYearOptions, YearCounts, YearOptions } from './shared/photo-years.js';
export { pullModels } from './shared/pull-models.js';
export {
  CALIBRATE_DEFAULTS,
  type CalibrateOptions,
  type CalibrateResult,
  calibrate,
} from './steps/calibrate.js';
export { type CleanOptions, clean } from './steps/clean.js';
export { CLUSTER_DEFAULTS, type ClusterOptions, type ClusterResult, cluster } from './steps/cluster.js';
export { type ConsolidateOptions, consolidate } from './steps/consolidate.js';
export { type DedupOptions, type DedupResult, dedup } from './steps/dedup.js';
export { EMBED_DEFAULTS, type EmbedOptions, type EmbedResult, embed } from './steps/embed.js';
export { type EnrichOptions, type EnrichResult, enrich } from './steps/enrich.js';
export { type ErasOptions, type ErasReport, extendEras, splitEras } from './steps/eras.js';
export { type ProbeOptions, type ProbeResult, probeEras } from './steps/eras-probe.js';
export { type EvaluateOptions, type EvaluateResult, evaluate, type SweepResult } from './steps/evaluate.js';
export {
  EXPORT_DEFAULTS,
  type ExportOptions,
  type ExportSwapReport,
  exportSwap,
} from './steps/export-swap.js';
export {
  type ExtendOptions,
  type ExtendResult,
  extend,
} from './steps/extend.js';
export {
  IMPORT_DEFAULTS,
  type ImportOptions,
  type ImportReport,
  importFolders,
} from './steps/import-folders.js';
export { merge } from './steps/merge.js';
export { type ListedPack, listModels, type ModelPathsOptions, modelPaths } from './steps/models.js';
export {
  COLLECT_DEFAULTS,
  type CollectOptions,
  type CollectResult,
  collectPhotos,
} from './steps/people/collect-photos.js';
export type { DecideResult } from './steps/people/decide.js';
export { type DecisionLogResult, decisionLog, type LoggedDecision } from './steps/people/decision-log.js';
export {
  coverPerson,
  dropFaces,
  isntPerson,
  isPerson,
  keepFaces,
} from './steps/people/decisions-about-faces.js';
export {
  differentPeople,
  ignorePeople,
  type NameOptions,
  type NameResult,
  namePerson,
  samePeople,
} from './steps/people/decisions-about-people.js';
export {
  FIND_PEOPLE_DEFAULTS,
  type FindPeopleOptions,
  type FindPeopleResult,
  type FoundPerson,
  findPeople,
} from './steps/people/find-people.js';
export {
  LIST_PEOPLE_DEFAULTS,
  type ListedPerson,
  type ListPeopleOptions,
  listPeople,
  PEOPLE_ORDERS,
  type PeopleList,
} from './steps/people/list-people.js';
export type { PeopleChanges } from './steps/people/people-changes.js';
export { type ShownPerson, showPerson } from './steps/people/show-person.js';
export {
  type PersonPart,
  type SplitPersonOptions,
  type SplitPersonResult,
  splitPerson,
} from './steps/people/split-person.js';
export { type UndoDecisionsResult, undoDecisions } from './steps/people/undo-decisions.js';
export {
  type CheckedLimit,
  type ExplainedFace,
  type WhyResult,
  whyPhoto,
} from './steps/people/why-photo.js';
export { type PlanOptions, planRun, type RunPlan } from './steps/plan-run.js';
export { REFINE_DEFAULTS, type RefineOptions, type RefineResult, refine } from './steps/refine.js';
export { groupsOf, report } from './steps/report.js';
export { type RunOptions, type RunResult, run } from './steps/run.js';
export { listUndo, undo } from './steps/undo.js';
