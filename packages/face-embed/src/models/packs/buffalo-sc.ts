import { insightFacePack } from './insightface.js';

/** InsightFace's smallest pack: a detector and a recognizer. */
export const buffaloSc = insightFacePack('buffalo_sc', { roles: ['detection', 'recognition'] });
