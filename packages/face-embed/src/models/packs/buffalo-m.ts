import { insightFacePack } from './insightface.js';

/** InsightFace's pack with a lighter detector than buffalo_l's. */
export const buffaloM = insightFacePack('buffalo_m');
