import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import {
  errorCode,
  errorText,
  fileSha256,
  makeRealFolder,
  nullIfMissing,
  type OwnFile,
  pathToFs,
  REPORT_MARK,
  REPORT_PAGE,
  readRegularFile,
  reasonText,
  requireOwnFile,
  writeFileAtomicWith,
} from '@face-sets/files';
import { MANIFEST_NAMES, ManifestError, readManifest } from '@face-sets/manifests';
import { givenName } from '@face-sets/outputs';
import { clusterReport } from './report-cluster.js';
import { duplicatesReport } from './report-duplicates.js';
import type { ReportKind, ReportModel } from './report-model.js';
import { type ReportLink, reportPage } from './report-page.js';
import { refineReport } from './report-refine.js';
import { swapReport } from './report-swap.js';
import { type ThumbnailCounts, type ThumbnailsInput, writeThumbnails } from './report-thumbnails.js';

/** How each kind of output becomes what the page shows. */
const MODELS: { [K in ReportKind]: (out: string, cache?: CacheView) => Promise<ReportModel> } = {
  cluster: async (out, cache) =>
    clusterReport(await readManifest(join(out, MANIFEST_NAMES.cluster), 'cluster'), cache),
  refine: async (out, cache) =>
    refineReport(await readManifest(join(out, MANIFEST_NAMES.refine), 'refine'), cache),
  'export-swap': async (out, cache) =>
    swapReport(await readManifest(join(out, MANIFEST_NAMES['export-swap']), 'export-swap'), out, cache),
  duplicates: async (out) => duplicatesReport(await readManifest(out, 'duplicates')),
};

/** The folder of an output's report: the output itself, or beside a list of duplicates the folder named like it. */
function reportRoot(out: string): string {
  return out.replace(/\.json$/, '');
}

/** How a report page of face-sets is recognized. */
const REPORT_FILE: OwnFile = { what: 'a report page', isOurs: (start) => start.includes(REPORT_MARK) };

/** Options of {@link writeReport}. */
export interface WriteReportOptions
  extends Pick<ThumbnailsInput, 'decode' | 'reuse' | 'concurrency' | 'onProgress' | 'signal'> {
  /**
   * The cache that the output was made from. It gives scores (from `bbox`, `detScore`, `blur`, better with pose and
   * landmarks), of an export to the faces that were left out, and to the output of `cluster` the distances to the
   * centroids (from `embedding`). Default: only what the manifest says is shown.
   */
  cache?: CacheView;
  /** Links at the top of the page, such as to the reports of other steps. */
  links?: readonly ReportLink[];
}

/** What {@link writeReport} did. */
export interface WrittenReport {
  /** The page. */
  path: string;
  kind: ReportKind;
  /** People or facesets; groups of duplicates. */
  people: number;
  /** Faces on the page, left out ones too, and photos without a face. */
  faces: number;
  /** False: the page was there already, with the same bytes. */
  written: boolean;
  thumbnails: ThumbnailCounts;
}

/**
 * Writes a page to look at an output of `cluster`, `refine`, `export-swap` or `dedup`: `report.html` in its folder, and
 * thumbnails below `_report/`. It opens from disk in a browser and asks nothing of the network. Existing thumbnails
 * are kept, and the page is left alone when it would be the same.
 *
 * @param out Folder of the output, or a list of duplicates: `faces.npz.duplicates.json` gets its page in the folder
 *   `faces.npz.duplicates`.
 * @throws ManifestError when the folder holds no output of these steps.
 * @throws ForeignFileError when there is a `report.html` of someone else.
 * @throws OutputFolderError when the folder of its thumbnails is a symbolic link.
 * @throws ManifestMismatchError when `cache` is not the one that the output was made from.
 */
export async function writeReport(out: string, options: WriteReportOptions = {}): Promise<WrittenReport> {
  const kind = await outputKind(out);
  const model = await MODELS[kind](out, options.cache);
  const root = kind === 'duplicates' ? reportRoot(out) : out;
  if (kind === 'duplicates') await makeRealFolder(dirname(root), basename(root));
  const path = join(root, REPORT_PAGE);
  await requireOwnFile(path, REPORT_FILE);
  for (const group of model.groups) {
    if (group.folder === undefined) continue;
    const name = await givenName(out, { folder: group.folder, id: group.id });
    if (name !== null) group.name = name;
  }
  const faces = model.groups.flatMap((group) => group.faces);
  const { decode, reuse, concurrency, onProgress, signal } = options;
  const { files, counts } = await writeThumbnails({
    out: root,
    faces,
    decode,
    reuse,
    concurrency,
    onProgress,
    signal,
  });
  const page = () => reportPage({ model, thumbnails: files, links: options.links ?? [], root });
  const written = await writePage(path, page);
  return {
    path,
    kind,
    people: model.groups.filter((group) => group.type === 'person').length,
    faces: faces.length,
    written,
    thumbnails: counts,
  };
}

/**
 * Which step an output folder comes from.
 *
 * @throws ManifestError when it is none that a report can show.
 */
export async function outputKind(out: string): Promise<ReportKind> {
  const isFile = (await nullIfMissing(out, stat(pathToFs(out))))?.isFile();
  if (isFile) return (await readManifest(out, 'duplicates')).kind;
  const kinds = Object.keys(MODELS).filter((kind) => kind !== 'duplicates');
  const names = new Set(kinds.map((kind) => MANIFEST_NAMES[kind as ReportKind]));
  let found = '';
  for (const name of names) {
    const path = join(out, name);
    try {
      const { kind } = JSON.parse((await readRegularFile(path)).toString('utf8'));
      if (Object.hasOwn(MODELS, kind)) return kind;
      found = `: ${path} is of kind ${JSON.stringify(kind)}`;
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') continue;
      if (error instanceof SyntaxError) throw new ManifestError(`${path} is not JSON: ${errorText(error)}`);
      const reason = errorCode(error) === 'EINVAL' ? 'it is not a file' : reasonText(error);
      throw new ManifestError(`cannot read the manifest ${path}: ${reason}`);
    }
  }
  throw new ManifestError(
    `${out} is not the output of cluster, refine or export-swap, nor a list of duplicates${found || ': it has no manifest'}`,
  );
}

/** Writes the page unless it is there with the same bytes. */
async function writePage(path: string, page: () => AsyncIterable<string>): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const piece of page()) hash.update(piece);
  if (hash.digest('hex') === (await nullIfMissing(path, fileSha256(path)))) return false;
  await writeFileAtomicWith(path, async (file) => {
    let pending = '';
    for await (const piece of page()) {
      pending += piece;
      if (pending.length < 1 << 16) continue;
      await file.write(pending);
      pending = '';
    }
    await file.write(pending);
  });
  return true;
}
