import type { GraphBuilder } from './graph-builder.js';

/** A color belongs to a feature when its strong channels exceed the weak ones by this factor… */
const DOMINANCE = 1.6;
/** …and by this much of full brightness besides, which keeps the noise of dark places out. */
const DEAD_BAND = 0.035;

/**
 * Adds the five feature masks to a graph: from colors `[n, 3, h, w]` in 0 to 1 to `[n, 5, h, w]`, each at
 * least 0 and positive only where its feature's color is: blue, green, yellow, red, magenta. Each mask is
 * proportional to the light (but for a small dead band), so centroids do not depend on brightness.
 */
export function addFeatureMasks(graph: GraphBuilder, colors: string): string {
  const [red, green, blue] = graph.ops('Split', [colors], 3, { axis: 1, split: [1, 1, 1] });
  const channels = graph.op(
    'Concat',
    [
      red,
      green,
      blue,
      graph.op('Max', [red, green]),
      graph.op('Max', [green, blue]),
      graph.op('Max', [red, blue]),
      graph.op('Min', [red, green]),
      graph.op('Min', [red, blue]),
    ],
    { axis: 1 },
  );
  const k = -DOMINANCE;
  //  R  G  B  maxRG maxGB maxRB minRG minRB
  const weights = [
    [0, 0, 1, k, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, k, 0, 0],
    [0, 0, k, 0, 0, 0, 1, 0],
    [1, 0, 0, 0, k, 0, 0, 0],
    [0, k, 0, 0, 0, 0, 0, 1],
  ];
  return graph.op('Relu', [graph.mix(channels, weights, Array(5).fill(-DEAD_BAND))]);
}
