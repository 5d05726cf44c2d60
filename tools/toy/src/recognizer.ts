import { FEATURES, PATCHES } from './face-geometry.js';
import { GraphBuilder } from './graph-builder.js';
import { addInputScaling, type InputForm } from './input-scaling.js';
import { multiply } from './least-squares.js';
import { randomFrom } from './random.js';

/** Form of the recognition graph. */
export interface RecognizerOptions {
  /** `plain` (default, as the real models): input (x − 127.5) / 127.5; `prefixed`: raw pixels. */
  readonly form?: InputForm;
}

/** ArcFace's alignment template on its 112×112 crop, in the order of `FEATURES`. */
const TEMPLATE = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

const CROP = 112;
const CELL = 7;
const GRID = CROP / CELL;
const DIMENSIONS = 512;

/**
 * Bytes of the recognizer: `[None, 3, 112, 112]` to `[None, 512]`. It pools the aligned crop into 16×16
 * cells, takes each cell's chroma (which does not depend on the light's strength), averages it over the eight
 * places where identity patches lie, subtracts the mean of the eight (and with it the light's tint) and turns
 * the 16 numbers into 512 by a seeded random projection.
 */
export function buildRecognizer({ form = 'plain' }: RecognizerOptions = {}): Uint8Array {
  const graph = new GraphBuilder('toy-arcface');
  const input = graph.input('input.1', ['None', 3, CROP, CROP]);
  const colors = addInputScaling(graph, input, form, 127.5);
  const cells = graph.op('AveragePool', [colors], { kernel_shape: [CELL, CELL], strides: [CELL, CELL] });
  const parts = graph.mix(
    cells,
    [
      [1, -1, 0],
      [-0.5, -0.5, 1],
      [1, 1, 1],
    ],
    [0, 0, 0.02],
  );
  const [opponents, brightness] = graph.ops('Split', [parts], 2, { axis: 1, split: [2, 1] });
  const chroma = graph.op('Flatten', [graph.op('Div', [opponents, brightness])]);
  const weights = projection();
  const embedding = graph.op('Gemm', [
    chroma,
    graph.floats(weights.flat(), [weights.length, DIMENSIONS]),
    graph.floats(faintBias()),
  ]);
  graph.output(embedding, '683', [null, DIMENSIONS]);
  return graph.encode();
}

/** Weights `[2·16·16, 512]` from the cells' chroma to the embedding. */
function projection(): number[][] {
  const pooling = PATCHES.map(({ center: [x, y], radius }) =>
    cellWeights(toCrop(x, y), radius * FACE_TO_CROP.size),
  );
  const centered = pooling.map((row) =>
    row.map((value, cell) => value - pooling.reduce((sum, other) => sum + other[cell], 0) / pooling.length),
  );
  const cells = GRID * GRID;
  const zeros = Array<number>(cells).fill(0);
  const perPatch = [
    ...centered.map((row) => [...row, ...zeros]),
    ...centered.map((row) => [...zeros, ...row]),
  ];
  const random = randomFrom('toy recognizer projection');
  const directions = perPatch.map(() => Array.from({ length: DIMENSIONS }, () => 4 * random.normal()));
  return multiply(
    Array.from({ length: 2 * cells }, (_, cell) => perPatch.map((row) => row[cell])),
    directions,
  );
}

/** Too small to matter beside a face; keeps the embedding of an empty crop from being zero. */
function faintBias(): number[] {
  const random = randomFrom('toy recognizer bias');
  return Array.from({ length: DIMENSIONS }, () => 0.02 * random.normal());
}

/** Least-squares similarity from face space (seen from the front) to the crop: scale·rotation and shift. */
const FACE_TO_CROP = (() => {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const from = [mean(FEATURES.map(([x]) => x)), mean(FEATURES.map(([, y]) => y))];
  const to = [mean(TEMPLATE.map(([x]) => x)), mean(TEMPLATE.map(([, y]) => y))];
  let dot = 0;
  let cross = 0;
  let norm = 0;
  FEATURES.forEach(([fx, fy], i) => {
    const [x, y] = [fx - from[0], fy - from[1]];
    const [u, v] = [TEMPLATE[i][0] - to[0], TEMPLATE[i][1] - to[1]];
    dot += x * u + y * v;
    cross += x * v - y * u;
    norm += x * x + y * y;
  });
  const a = dot / norm;
  const b = cross / norm;
  return {
    a,
    b,
    tx: to[0] - a * from[0] + b * from[1],
    ty: to[1] - b * from[0] - a * from[1],
    size: Math.hypot(a, b),
  };
})();

function toCrop(x: number, y: number): [number, number] {
  const { a, b, tx, ty } = FACE_TO_CROP;
  return [tx + a * x - b * y, ty + b * x + a * y];
}

/** How much each cell counts for a patch: a bell about the patch's middle, cells well outside not at all. */
function cellWeights([x, y]: [number, number], radius: number): number[] {
  const weights = Array.from({ length: GRID * GRID }, (_, cell) => {
    const dx = ((cell % GRID) + 0.5) * CELL - x;
    const dy = (Math.floor(cell / GRID) + 0.5) * CELL - y;
    const distance = Math.hypot(dx, dy) / radius;
    return distance > 1 ? 0 : Math.exp(-4 * distance * distance);
  });
  const total = weights.reduce((sum, value) => sum + value, 0);
  return weights.map((value) => value / total);
}
