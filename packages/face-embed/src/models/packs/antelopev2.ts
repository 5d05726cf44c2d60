import { insightFacePack } from './insightface.js';

/** InsightFace's pack with the glintr100 recognizer. */
export const antelopev2 = insightFacePack('antelopev2');
