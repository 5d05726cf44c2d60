import { cacheWith, embeddingMatrix } from '@face-sets/cache-npz';
import { type ProbeErasOptions, probeEras, takeRows } from '@face-sets/cluster';
import { rowsOfFaces } from '@face-sets/manifests';
import { type EraFacesInput, notOfCache, requireFaceset } from './era-faces.js';
import { type ErasProbeFile, erasProbeFile, writeErasProbe } from './eras-probe-file.js';

/** What {@link probeFacesetEras} works on. */
export interface ProbeFacesetErasInput
  extends Pick<EraFacesInput, 'cache' | 'out' | 'facesetId' | 'readYears'> {
  /** See `probeEras` of `@face-sets/cluster`. */
  probe?: ProbeErasOptions;
  /** Ends the work before anything is written. */
  signal?: AbortSignal;
}

/**
 * Checks whether a faceset can be split by age (see `probeEras` of `@face-sets/cluster`), from the exported faces and their
 * near-duplicates, and stores the result for the output's report.
 *
 * @returns The result, and the file that holds it.
 * @throws OutputFolderError when the output has no such faceset, or it is an era.
 * @throws ManifestMismatchError when the cache has none of its faces.
 */
export async function probeFacesetEras(
  input: ProbeFacesetErasInput,
): Promise<{ probe: ErasProbeFile; path: string }> {
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const { manifest } = await requireFaceset(input.out, input.facesetId);
  const alike = manifest.rejected.filter(({ reason }) => reason.code === 'near-duplicate');
  const rows = rowsOfFaces(cache, [...manifest.faces, ...alike]);
  if (rows.length === 0) throw notOfCache(input.facesetId, manifest.faces.length);
  const images = [...new Set(rows.map((row) => cache.imageIndex[row]))].map((image) => cache.images[image]);
  const yearOf = await input.readYears(images);
  const matrix = takeRows(embeddingMatrix(cache), rows);
  const years = rows.map((row) => yearOf.get(cache.images[cache.imageIndex[row]].sha256) ?? null);
  const probe = erasProbeFile(manifest, await probeEras(matrix, years, input.probe));
  input.signal?.throwIfAborted();
  return { probe, path: await writeErasProbe(input.out, probe) };
}
