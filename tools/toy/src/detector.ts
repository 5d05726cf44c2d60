import { FIT, placeRows } from './face-fit.js';
import { FEATURES, OUTLINE } from './face-geometry.js';
import { addFeatureMasks } from './feature-masks.js';
import { GraphBuilder } from './graph-builder.js';
import { addInputScaling } from './input-scaling.js';
import { multiply } from './least-squares.js';

/** Which of the two forms of SCRFD graphs to write. */
export interface DetectorOptions {
  /**
   * `dynamic` (default): input `[1, 3, ?, ?]`, outputs `[n, 1]`, `[n, 4]`, `[n, 10]`;
   * `batched`: input `[1, 3, 640, 640]`, outputs `[1, n, 1]`, `[1, n, 4]`, `[1, n, 10]`.
   */
  readonly form?: 'dynamic' | 'batched';
}

/**
 * The detector looks at each cell through two windows, one for each of SCRFD's two anchors. Sides in cells,
 * even numbers, so that the window lies evenly about the cell's corner; each level's windows overlap with the
 * next so that faces of every size between about 17 and 470 px fit one of them.
 */
const LEVELS = [
  { stride: 8, windows: [6, 10] },
  { stride: 16, windows: [8, 12] },
  { stride: 32, windows: [8, 14] },
] as const;

/** Channels of the moment maps: for each of the five features its mass, Σx, Σy and Σ(x²+y²), in that order. */
const MOMENTS = 20;

/** Smallest distance between the eyes, in pixels of the network's input. */
const MIN_SCALE = 6.5;

/** Bytes of the detector: SCRFD's inputs and outputs, and a computation on the feature colors inside. */
export function buildDetector({ form = 'dynamic' }: DetectorOptions = {}): Uint8Array {
  const graph = new GraphBuilder(`toy-scrfd-${form}`);
  const input = graph.input('input.1', form === 'dynamic' ? [1, 3, '?', '?'] : [1, 3, 640, 640]);
  const colors = addInputScaling(graph, input, 'plain', 128);
  const masks = addFeatureMasks(graph, colors);

  const heads: LevelHead[] = [];
  let moments = graph.op('Conv', [masks, graph.floats(blockKernel(8), [MOMENTS, 5, 8, 8])], {
    strides: [8, 8],
  });
  for (const level of LEVELS) {
    if (level.stride > 8) {
      moments = graph.op('Conv', [moments, graph.floats(halvingKernel(), [MOMENTS, MOMENTS, 2, 2])], {
        strides: [2, 2],
      });
    }
    heads.push(addLevel(graph, moments, level.stride, level.windows));
  }

  const names = { scores: ['448', '471', '494'], boxes: ['451', '474', '497'], kps: ['454', '477', '500'] };
  const kinds = [
    ['scores', 1],
    ['boxes', 4],
    ['kps', 10],
  ] as const;
  for (const [kind, width] of kinds) {
    heads.forEach((head, index) => {
      const cells = (640 / LEVELS[index].stride) ** 2 * 2;
      // As SCRFD: rows run over y, then x, then the two anchors.
      const rows = graph.op('Transpose', [head[kind]], {
        perm: form === 'dynamic' ? [2, 3, 0, 1] : [0, 2, 3, 1],
      });
      const shape = form === 'dynamic' ? [-1, width] : [1, -1, width];
      const value = graph.op('Reshape', [rows, graph.integers(shape)]);
      graph.output(value, names[kind][index], form === 'dynamic' ? [null, width] : [1, cells, width]);
    });
  }
  return graph.encode();
}

interface LevelHead {
  readonly scores: string;
  readonly boxes: string;
  readonly kps: string;
}

function addLevel(
  graph: GraphBuilder,
  moments: string,
  stride: number,
  windows: readonly number[],
): LevelHead {
  const found = windows.map((side) => addWindow(graph, moments, stride, side));
  const both = (kind: keyof LevelHead) =>
    graph.op(
      'Concat',
      found.map((head) => head[kind]),
      { axis: 1 },
    );
  return { scores: both('scores'), boxes: both('boxes'), kps: both('kps') };
}

/**
 * One window about each cell's corner: is there exactly one face in it, and where? All lengths are in
 * strides from the corner, which is SCRFD's own unit of output.
 */
function addWindow(graph: GraphBuilder, moments: string, stride: number, side: number): LevelHead {
  const sums = graph.op('Conv', [moments, graph.floats(windowKernel(side), [MOMENTS, MOMENTS, side, side])], {
    pads: [side / 2, side / 2, side / 2 - 1, side / 2 - 1],
  });
  const [mass, sumX, sumY, sumSquares] = graph.ops('Split', [sums], 4, { axis: 1, split: [5, 5, 5, 5] });
  const weight = graph.op('Max', [mass, graph.floats(1e-6)]);
  const x = graph.op('Div', [sumX, weight]);
  const y = graph.op('Div', [sumY, weight]);
  const centroids = graph.op('Concat', [x, y], { axis: 1 });
  const squares = graph.op('Mul', [centroids, centroids]);

  const fit = graph.mix(centroids, FIT);
  const [similarity, , lean] = graph.ops('Split', [fit], 3, { axis: 1, split: [2, 2, 2] });
  const scale2 = sumOfSquares(graph, similarity, 2);
  const scale = graph.op('Sqrt', [graph.op('Max', [scale2, graph.floats(1e-6)])]);
  const relative = (value: string) => graph.op('Div', [value, graph.op('Max', [scale2, graph.floats(1e-6)])]);

  // How far the five features are from any view of a face, and each feature from a single spot.
  const misfit = relative(sumOfSquares(graph, graph.mix(centroids, RESIDUAL), 10));
  const meanSquare = graph.op('Div', [sumSquares, weight]);
  const variance = graph.op('Sub', [meanSquare, graph.mix(squares, ADD_XY)]);
  const sampling = (0.45 / stride) ** 2;
  const spread = relative(
    graph.op('Relu', [graph.op('Sub', [channelMax(graph, variance), graph.floats(sampling)])]),
  );
  const excess = graph.op('Relu', [graph.op('Sub', [spread, graph.floats(0.022)])]);

  const reach = channelMax(graph, graph.op('Abs', [centroids]));
  const outermost = graph.op('Add', [reach, graph.op('Mul', [scale, graph.floats(0.22)])]);
  const faintest = relative(graph.op('Neg', [channelMax(graph, graph.op('Neg', [mass]))]));
  const upright = graph.mix(graph.op('Concat', [similarity, scale], { axis: 1 }), [[1, 0, -0.6]]);
  const conditions = [
    graph.op('Greater', [faintest, graph.floats(0.002)]),
    graph.op('Less', [misfit, graph.floats(0.09)]),
    graph.op('Less', [excess, graph.floats(0.06)]),
    graph.op('Less', [relative(sumOfSquares(graph, lean, 2)), graph.floats(0.55)]),
    graph.op('Greater', [upright, graph.floats(0)]),
    graph.op('Less', [outermost, graph.floats(side / 2)]),
    graph.op('Greater', [scale, graph.floats(MIN_SCALE / stride)]),
  ];
  const holds = graph.op('Cast', [conditions.reduce((a, b) => graph.op('And', [a, b]))], { to: 1 });

  // The larger a face appears the surer, so that of the two sizes of detection the finer one wins.
  const smallness = graph.op('Div', [graph.floats(1.6 / stride), scale]);
  const doubts = [
    smallness,
    graph.op('Mul', [misfit, graph.floats(1.5)]),
    graph.op('Mul', [excess, graph.floats(3)]),
  ];
  const sureness = graph.op('Sub', [graph.floats(0.96), graph.op('Sum', doubts)]);
  const scores = graph.op('Mul', [
    graph.op('Clip', [sureness, graph.floats(0, []), graph.floats(1, [])]),
    holds,
  ]);

  return { scores, boxes: addBox(graph, fit), kps: graph.mix(centroids, INTERLEAVE) };
}

/** SCRFD's box: distances from the corner to the left, top, right and bottom edges of the face's outline. */
function addBox(graph: GraphBuilder, fit: string): string {
  const center = graph.mix(fit, placeRows([OUTLINE.center]));
  const squares = graph.op('Mul', [fit, fit]);
  const rx2 = OUTLINE.rx ** 2;
  const ry2 = OUTLINE.ry ** 2;
  const half = graph.op('Sqrt', [
    graph.mix(squares, [
      [rx2, ry2, 0, 0, 0, 0],
      [ry2, rx2, 0, 0, 0, 0],
    ]),
  ]);
  return graph.op('Concat', [graph.op('Sub', [half, center]), graph.op('Add', [half, center])], { axis: 1 });
}

function sumOfSquares(graph: GraphBuilder, value: string, channels: number): string {
  return graph.mix(graph.op('Mul', [value, value]), [Array(channels).fill(1)]);
}

function channelMax(graph: GraphBuilder, value: string): string {
  return graph.op('ReduceMax', [value], { axes: [1], keepdims: 1 });
}

/** Ten centroid coordinates minus what the best-fitting face would give: what no view of a face explains. */
const RESIDUAL = multiply(placeRows(FEATURES), FIT).map((row, i) =>
  row.map((value, j) => (i === j ? 1 : 0) - value),
);

/** Five sums of an x and a y square. */
const ADD_XY = Array.from({ length: 5 }, (_, i) =>
  Array.from({ length: 10 }, (_, j) => (j % 5 === i ? 1 : 0)),
);

/** From x1…x5, y1…y5 to x1, y1, … x5, y5. */
const INTERLEAVE = Array.from({ length: 10 }, (_, i) =>
  Array.from({ length: 10 }, (_, j) => (j === (i % 2) * 5 + (i >> 1) ? 1 : 0)),
);

/** Kernel `[20, 5, size, size]`: moments of each mask in one block, about its middle, in blocks. */
function blockKernel(size: number): Float32Array {
  const kernel = new Float32Array(MOMENTS * 5 * size * size);
  const area = size * size;
  for (let feature = 0; feature < 5; feature++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const x = (column + 0.5) / size - 0.5;
        const y = (row + 0.5) / size - 0.5;
        [1, x, y, x * x + y * y].forEach((value, moment) => {
          const channel = moment * 5 + feature;
          kernel[((channel * 5 + feature) * size + row) * size + column] = value / area;
        });
      }
    }
  }
  return kernel;
}

/**
 * Kernel `[20, 20, side, side]` that adds the moments of `side`×`side` blocks and moves them from each block's
 * middle to the window's: Σ(x+u) = Σx + u·mass, Σ|p+o|² = Σ|p|² + 2o·Σp + |o|²·mass. `shrink` divides lengths.
 */
function gatherKernel(side: number, shrink: number): Float32Array {
  const kernel = new Float32Array(MOMENTS * MOMENTS * side * side);
  for (let feature = 0; feature < 5; feature++) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const u = column + 0.5 - side / 2;
        const v = row + 0.5 - side / 2;
        const put = (out: number, from: number, value: number) => {
          kernel[(((out * 5 + feature) * MOMENTS + from * 5 + feature) * side + row) * side + column] = value;
        };
        put(0, 0, 1 / shrink ** 2);
        put(1, 1, 1 / shrink ** 3);
        put(1, 0, u / shrink ** 3);
        put(2, 2, 1 / shrink ** 3);
        put(2, 0, v / shrink ** 3);
        put(3, 3, 1 / shrink ** 4);
        put(3, 1, (2 * u) / shrink ** 4);
        put(3, 2, (2 * v) / shrink ** 4);
        put(3, 0, (u * u + v * v) / shrink ** 4);
      }
    }
  }
  return kernel;
}

/** All blocks of a window; masses in cells. */
const windowKernel = (side: number): Float32Array => gatherKernel(side, 1);

/** Four blocks to one of twice the side; masses and lengths stay in blocks. */
const halvingKernel = (): Float32Array => gatherKernel(2, 2);
