import { insightFacePack } from './insightface.js';

/** InsightFace's small pack. */
export const buffaloS = insightFacePack('buffalo_s');
