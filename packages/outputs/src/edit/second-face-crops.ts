import { join } from 'node:path';
import { embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { errorText, forEachLimit, isRealFile } from '@face-sets/files';
import { auditCrop, type ExportCache, resolveSwapOptions, swapOptionsOf } from '@face-sets/fsz-export';
import type { CleanInput, CleanResult } from './clean-result.js';
import type { KnownFaceset } from './known-faceset.js';

/** Finds crops without exactly one face, or with another face. Returns how many were searched. */
export async function findSecondFaces(
  { out, finder, concurrency = 2, onAudited, signal }: CleanInput,
  known: readonly KnownFaceset[],
  cache: ExportCache,
  skipped: CleanResult['skipped'],
): Promise<number> {
  const crops = known.flatMap((one) =>
    one.rows.flatMap((row, rank) => (one.drop.has(rank) ? [] : [{ one, row, rank }])),
  );
  let done = 0;
  await forEachLimit(crops, concurrency, async ({ one, row, rank }) => {
    signal?.throwIfAborted();
    const { folder, manifest, id } = one.faceset;
    const { file, crop } = manifest.faces[rank];
    const { verifySizes, maxCropDistance } = resolveSwapOptions(swapOptionsOf(manifest.options));
    try {
      if (!(await isRealFile(join(out, folder), file))) throw new Error('it is not a file');
      const image = await finder.decode(join(out, folder, file));
      const face = { bbox: faceBbox(cache, row), embedding: embeddingOf(cache, row) };
      const audited = await auditCrop(image, face, crop, finder, {
        verifySizes,
        maxDistance: maxCropDistance,
      });
      if ('reason' in audited) one.drop.set(rank, { reason: audited.reason });
    } catch (error) {
      signal?.throwIfAborted();
      skipped.push({ id, reason: `${folder}/${file} cannot be read: ${errorText(error)}` });
    }
    done++;
    onAudited?.(done, crops.length);
  });
  return done;
}
