import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing, OutputFolderError, writeFileAtomic } from '@face-sets/files';
import {
  collectionFormats,
  type ExportCache,
  formatRanks,
  isSameFace,
  meanOfFaces,
  type NamedEmbedding,
  type SwapFormat,
  yearsText,
} from '@face-sets/fsz-export';
import { eraNumber, type SwapFacesetManifest, type SwapManifest } from '@face-sets/manifests';
import { displayName } from '../folders/faceset-names.js';

type EmbeddingFile = NonNullable<SwapManifest['embedding_files']>[number];

/**
 * Refuses to write over an embedding file that no earlier run has written.
 *
 * @param owned Files that the output's manifest lists.
 * @throws OutputFolderError
 */
export async function claimEmbeddingFiles(
  out: string,
  formats: readonly SwapFormat[],
  owned: ReadonlySet<string>,
): Promise<void> {
  for (const { file } of collectionFormats(formats)) {
    if (owned.has(file)) continue;
    const path = join(out, file);
    if (await nullIfMissing(path, lstat(path))) {
      throw new OutputFolderError(`${path} was not written by an earlier run: move it away`);
    }
  }
}

/** What {@link writeEmbeddingFiles} works on. */
export interface EmbeddingFilesInput {
  formats: readonly SwapFormat[];
  facesets: readonly { folder: string; manifest: SwapFacesetManifest }[];
  cache: ExportCache;
  /** Files that the output's manifest lists. */
  owned: ReadonlySet<string>;
  /** Those of an earlier export that stay. Default: none. */
  keep?: readonly EmbeddingFile[] | undefined;
}

/**
 * Writes the files that hold an embedding for each person, under the owner's names; those no longer wanted are
 * removed, but for those in `keep`. Facesets that are thin are left out, since their mean is not to be relied on, and so are those of an
 * earlier export whose faces are not in this cache.
 */
export async function writeEmbeddingFiles(
  out: string,
  { formats, facesets, cache, owned, keep = [] }: EmbeddingFilesInput,
): Promise<EmbeddingFile[]> {
  const written: EmbeddingFile[] = [];
  const full = facesets.filter(
    ({ manifest }) =>
      manifest.status === 'ok' &&
      manifest.faces.length > 0 &&
      manifest.faces.every((face) => isSameFace(cache, face)),
  );
  const people: NamedEmbedding[] = [];
  if (collectionFormats(formats).length > 0) {
    for (const { folder, manifest } of full) {
      const rows = formatRanks(manifest.drift).map((rank) => manifest.faces[rank].row);
      people.push({ name: await nameOf(out, folder, manifest), embedding: meanOfFaces(cache, rows) });
    }
  }
  for (const { name, file, encode } of collectionFormats()) {
    if (!formats.includes(name)) {
      const kept = keep.find((entry) => entry.file === file);
      if (kept) written.push(kept);
      else if (owned.has(file)) await rm(join(out, file), { force: true });
      continue;
    }
    const text = encode(people);
    const path = join(out, file);
    if ((await nullIfMissing(path, readFile(path, 'utf8'))) !== text) {
      await writeFileAtomic(path, text);
    }
    written.push({ format: name, file, facesets: full.map(({ manifest }) => manifest.id) });
  }
  return written;
}

/** The owner's name; of an era that has none of its own, that of the person with number and years. */
async function nameOf(
  out: string,
  folder: string,
  { id, label, era_of, years }: SwapFacesetManifest,
): Promise<string> {
  const name = await displayName(out, { folder, id });
  return era_of !== undefined && name === label ? `${name}, era ${eraNumber(id)}, ${yearsText(years)}` : name;
}
