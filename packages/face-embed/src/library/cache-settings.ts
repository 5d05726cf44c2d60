import type { OpenFaceCacheOptions } from '@face-sets/cache-npz';
import type { FaceAnalyzer } from '../analysis/face-analyzer.js';

/**
 * The options to open a cache with, so that results of these models and detection settings can be added to it.
 *
 * @param tool program and version, such as `face-sets 0.1.0`
 */
export async function cacheSettings(
  analyzer: FaceAnalyzer,
  tool: string,
): Promise<Required<Pick<OpenFaceCacheOptions, 'tool' | 'models' | 'detection' | 'embeddingDim'>>> {
  const { models } = analyzer;
  return {
    tool,
    models: {
      detection: await models.identity('detection'),
      recognition: await models.identity('recognition'),
      ...(models.has('landmark_2d_106') && { landmark_2d_106: await models.identity('landmark_2d_106') }),
      ...(models.has('landmark_3d_68') && { landmark_3d_68: await models.identity('landmark_3d_68') }),
    },
    detection: analyzer.detectionSettings,
    embeddingDim: await analyzer.embeddingDim(),
  };
}
