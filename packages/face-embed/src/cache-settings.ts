import type { OpenFaceCacheOptions } from '@face-sets/cache-npz';
import { DEFAULT_DETECTION_SIZES, DEFAULT_DETECTION_THRESHOLD, DETECTION_NMS } from './face-detector.js';
import { FaceEmbedder } from './face-embedder.js';
import type { FaceModels } from './load-models.js';

/**
 * What a cache has to be opened with, so that results of these models (at the default detection settings) may be
 * added to it.
 *
 * @param tool program and version, such as `face-sets 0.1.0`
 */
export async function cacheSettings(
  models: FaceModels,
  tool: string,
): Promise<Required<Pick<OpenFaceCacheOptions, 'tool' | 'models' | 'detection' | 'embeddingDim'>>> {
  return {
    tool,
    models: {
      detection: await models.identity('detection'),
      recognition: await models.identity('recognition'),
      ...(models.has('landmark_2d_106') && { landmark_2d_106: await models.identity('landmark_2d_106') }),
      ...(models.has('landmark_3d_68') && { landmark_3d_68: await models.identity('landmark_3d_68') }),
    },
    detection: {
      sizes: [...DEFAULT_DETECTION_SIZES],
      threshold: DEFAULT_DETECTION_THRESHOLD,
      nms: DETECTION_NMS,
    },
    embeddingDim: await new FaceEmbedder(models).dim(),
  };
}
