import type { FaceCacheWriter, FaceRow, ImageRecord } from '@face-sets/cache-npz';
import { ImageDecodeError } from '@face-sets/photos';
import type { PhotoEngine } from '../analysis/photo-engine.js';
import type { EmbedLibraryOptions } from './embed-options.js';
import type { HashedPhoto } from './hash-photo.js';
import { isRetried } from './skip-known.js';

/** What was found in the bytes of a photo. */
export interface AnalyzedContent {
  record: Pick<ImageRecord, 'width' | 'height' | 'status' | 'error' | 'truncated' | 'rotation'>;
  faces: FaceRow[];
}

/**
 * Chooses the photos to analyze in stage 4 of `embedLibrary`: those whose bytes the cache does not have, of equal files the
 * first. The bytes of the others are let go.
 */
export async function* newContents(
  photos: AsyncIterable<HashedPhoto>,
  cache: FaceCacheWriter,
  options: EmbedLibraryOptions,
): AsyncGenerator<{ hashed: HashedPhoto; isNew: boolean }> {
  const queued = new Set<string>();
  for await (const hashed of photos) {
    const index = cache.imageBySha256(hashed.sha256);
    const isNew =
      hashed.bytes !== null &&
      !queued.has(hashed.sha256) &&
      (index === undefined || isRetried(cache.images[index]!, options));
    if (isNew) queued.add(hashed.sha256);
    else hashed.bytes = null;
    yield { hashed, isNew };
  }
}

/** Stage 4 of `embedLibrary`: decodes a photo, finds its faces and embeds them; lets go of its bytes. */
export async function analyzeContent(
  hashed: HashedPhoto,
  engine: PhotoEngine,
  { rotateRetry, limitInputPixels }: EmbedLibraryOptions,
): Promise<AnalyzedContent> {
  const bytes = hashed.bytes!;
  hashed.bytes = null;
  try {
    const photo = await engine.analyze(bytes, { rotateRetry, limitInputPixels });
    const { width, height, faces, truncated, rotation } = photo;
    return {
      record: {
        width,
        height,
        status: faces.length > 0 ? 'faces' : 'noface',
        ...(truncated && { truncated }),
        // 0 says that all turns were looked at: the next run need not.
        ...((rotation !== 0 || rotateRetry) && { rotation }),
      },
      faces,
    };
  } catch (error) {
    // Anything else is a fault of the program or the machine: recording it would lose the photo for good.
    if (!(error instanceof ImageDecodeError)) throw error;
    return { record: { width: 0, height: 0, status: 'error', error: error.message }, faces: [] };
  }
}
