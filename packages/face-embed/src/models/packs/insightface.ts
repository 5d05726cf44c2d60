import { MODEL_ROLES } from '../model-router.js';
import type { ModelPack } from './model-pack.js';

const RELEASE = 'https://github.com/deepinsight/insightface/releases/download/v0.7';

/** A pack of InsightFace's release 0.7: https://github.com/deepinsight/insightface/releases/tag/v0.7. */
export function insightFacePack(
  name: string,
  known: Partial<Omit<ModelPack, 'name' | 'url' | 'license'>> = {},
): ModelPack {
  return {
    name,
    url: `${RELEASE}/${name}.zip`,
    license:
      "InsightFace's pretrained models are for non-commercial research purposes only " +
      '(https://github.com/deepinsight/insightface#license); commercial use needs a license from InsightFace.',
    roles: MODEL_ROLES,
    ...known,
  };
}
