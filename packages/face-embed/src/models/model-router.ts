import { type OnnxGraph, readOnnxGraph } from './onnx-graph.js';

/** What a model of a pack is for, by InsightFace's task names. */
export type ModelRole = 'detection' | 'recognition' | 'landmark_2d_106' | 'landmark_3d_68' | 'genderage';

/** The roles in the order in which InsightFace's packs list them. */
export const MODEL_ROLES: readonly ModelRole[] = [
  'detection',
  'recognition',
  'landmark_2d_106',
  'landmark_3d_68',
  'genderage',
];

/** Values the 3D landmark model returns: 1103 points × 3, of which the last 68 are the landmarks. */
const LANDMARK_3D_OUTPUT = 3309;
/** Values the attribute model returns: a score of each of two genders, and the age. */
const GENDER_AGE_OUTPUT = 3;

/**
 * The role of a model file, found from its graph's inputs and outputs as InsightFace's own router does; `null`
 * for a graph that is none of them (a face swapper, a parser, …).
 *
 * @throws {OnnxFormatError} when the file is not an ONNX model.
 */
export async function modelRole(path: string): Promise<ModelRole | null> {
  return roleOfGraph(await readOnnxGraph(path));
}

/** The role of a graph; see {@link modelRole}. */
export function roleOfGraph(graph: Pick<OnnxGraph, 'inputs' | 'outputs'>): ModelRole | null {
  const { inputs, outputs } = graph;
  const input = inputs[0]?.shape;
  if (inputs.length !== 1 || input?.length !== 4) return null;
  const height = fixed(input[2]);
  const width = fixed(input[3]);
  if (outputs.length >= 5) {
    const dynamic = height === null && width === null;
    return dynamic || (height === width && height! >= 320) ? 'detection' : null;
  }
  if (height === null || height !== width) return null;
  if (height === 192) {
    const points = fixed(outputs[0]?.shape?.at(-1));
    if (points === LANDMARK_3D_OUTPUT) return 'landmark_3d_68';
    return points === 212 ? 'landmark_2d_106' : null;
  }
  if (height === 96) return fixed(outputs[0]?.shape?.at(-1)) === GENDER_AGE_OUTPUT ? 'genderage' : null;
  return height === 112 && outputs.length === 1 ? 'recognition' : null;
}

function fixed(size: number | string | undefined): number | null {
  // Exporters write an unknown size as a name, as nothing, as 0 or as −1.
  return typeof size === 'number' && size > 0 ? size : null;
}
