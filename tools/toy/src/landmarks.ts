import { FIT, placeRows } from './face-fit.js';
import { FEATURES, OUTLINE, toPixels } from './face-geometry.js';
import { addFeatureMasks } from './feature-masks.js';
import { GraphBuilder } from './graph-builder.js';
import { addInputScaling } from './input-scaling.js';
import { layout68, layout106 } from './landmark-layout.js';

/** Side of the landmark models' input. */
const CROP = 192;

/** The 3D model returns this many points; callers use the last 68. */
const POINTS_3D = 1103;

/**
 * Where an upright face lies in the crop, which shows 1.5 times the longer side of its box: the model's guess
 * where a feature cannot be seen.
 */
const EXPECTED_SCALE = CROP / (1.5 * 2 * OUTLINE.ry);
const EXPECTED = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  x: CROP / 2 - EXPECTED_SCALE * OUTLINE.center[0],
  y: CROP / 2 - EXPECTED_SCALE * OUTLINE.center[1],
  scale: EXPECTED_SCALE,
};

/** Bytes of the 106-landmark model: `data [None, 3, 192, 192]` raw pixels to `fc1 [None, 212]`. */
export function buildLandmarks2d(): Uint8Array {
  const graph = new GraphBuilder('toy-2d106det');
  const fit = addFit(graph);
  const rows = placeRows(layout106());
  const interleaved = Array.from({ length: 212 }, (_, i) => rows[(i % 2) * 106 + (i >> 1)]);
  // The model's unit: −1 and 1 are the crop's edges.
  const points = graph.mix(fit, scaled(interleaved, 2 / CROP), Array(212).fill(-1));
  graph.output(graph.op('Flatten', [points]), 'fc1', ['None', 212]);
  return graph.encode();
}

/** Bytes of the 3D landmark model: `data [None, 3, 192, 192]` raw pixels to `fc1 [None, 3309]`. */
export function buildLandmarks3d(): Uint8Array {
  const graph = new GraphBuilder('toy-1k3d68');
  const fit = addFit(graph);
  const shape = layout68();
  // All but the last 68 points belong to a dense mesh that nobody reads; they repeat the 68 here.
  const points = Array.from({ length: POINTS_3D }, (_, i) => shape[(i + 68 - (POINTS_3D % 68)) % 68]);
  const place = placeRows(points);
  const xy = graph.mix(fit, scaled(place, 2 / CROP), Array(2 * POINTS_3D).fill(-1));

  // Depth: z = scale·Z − (X·lean across + Y·lean down), the lean measured along the face's own axes.
  const [similarity, , lean] = graph.ops('Split', [fit], 3, { axis: 1, split: [2, 2, 2] });
  const squares = graph.mix(graph.op('Mul', [similarity, similarity]), [[1, 1]]);
  const scale = graph.op('Sqrt', [graph.op('Max', [squares, graph.floats(1e-6)])]);
  const [a, b] = graph.ops('Split', [similarity], 2, { axis: 1, split: [1, 1] });
  const [dx, dy] = graph.ops('Split', [lean], 2, { axis: 1, split: [1, 1] });
  const product = (left: string, right: string) => graph.op('Mul', [left, right]);
  const across = graph.op('Div', [graph.op('Add', [product(a, dx), product(b, dy)]), scale]);
  const down = graph.op('Div', [graph.op('Sub', [product(a, dy), product(b, dx)]), scale]);
  const z = graph.mix(
    graph.op('Concat', [scale, across, down], { axis: 1 }),
    scaled(
      points.map(([px, py, pz]) => [pz, -px, -py]),
      2 / CROP,
    ),
  );

  const all = graph.op('Concat', [xy, z], { axis: 1 });
  const byAxis = graph.op('Reshape', [all, graph.integers([-1, 3, POINTS_3D])]);
  const byPoint = graph.op('Transpose', [byAxis], { perm: [0, 2, 1] });
  graph.output(graph.op('Flatten', [byPoint]), 'fc1', ['None', POINTS_3D * 3]);
  return graph.encode();
}

/** The face's six numbers `[n, 6, 1, 1]` from the crop: masks, their centroids about the middle, the fit. */
function addFit(graph: GraphBuilder): string {
  const input = graph.input('data', ['None', 3, CROP, CROP]);
  const colors = addInputScaling(graph, input, 'prefixed', 128);
  const masks = addFeatureMasks(graph, colors);
  const kernel = graph.floats(momentKernel(), [15, 1, CROP, CROP]);
  const moments = graph.op('Conv', [masks, kernel], { group: 5 });
  // A trace of the expected face settles what an empty mask would leave open.
  const trace = 1e-3;
  const features = FEATURES.map((feature) => toPixels(EXPECTED, feature));
  const anchored = graph.mix(
    moments,
    identity(15),
    features.flatMap(([x, y]) => [trace, trace * x, trace * y]),
  );
  const select = (moment: number) =>
    Array.from({ length: 5 }, (_, i) => Array.from({ length: 15 }, (_, j) => (j === i * 3 + moment ? 1 : 0)));
  const mass = graph.mix(anchored, select(0));
  const x = graph.op('Div', [graph.mix(anchored, select(1)), mass]);
  const y = graph.op('Div', [graph.mix(anchored, select(2)), mass]);
  return graph.mix(graph.op('Concat', [x, y], { axis: 1 }), FIT);
}

/**
 * Kernel `[15, 1, 192, 192]`: for each feature the mask's mass, Σx and Σy within a disc about the crop's
 * middle that holds the face at any roll but not its neighbors.
 */
function momentKernel(): Float32Array {
  const kernel = new Float32Array(15 * CROP * CROP);
  const [, y] = toPixels(EXPECTED, FEATURES[2]);
  const radius = 1.35 * EXPECTED_SCALE;
  for (let feature = 0; feature < 5; feature++) {
    for (let row = 0; row < CROP; row++) {
      for (let column = 0; column < CROP; column++) {
        if (Math.hypot(column + 0.5 - CROP / 2, row + 0.5 - (CROP / 2 + y) / 2) > radius) continue;
        [1, column + 0.5, row + 0.5].forEach((value, moment) => {
          kernel[((feature * 3 + moment) * CROP + row) * CROP + column] = value / CROP;
        });
      }
    }
  }
  return kernel;
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}

function scaled(rows: readonly (readonly number[])[], factor: number): number[][] {
  return rows.map((row) => row.map((value) => value * factor));
}
