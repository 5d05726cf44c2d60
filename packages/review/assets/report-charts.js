import { fixed, h, svg } from './report-dom.js';

/** @typedef {import('./report-data.js').Face} Face */

const WIDTH = 240;
const HEIGHT = 56;
const BINS = 20;

/**
 * How many faces have which score, kept ones below and left-out ones above.
 *
 * @param {readonly Face[]} faces
 * @returns {HTMLElement | null} null where no score is known
 */
export function scoreHistogram(faces) {
  const scored = faces.filter((face) => face.score !== undefined);
  if (scored.length === 0) return null;
  const kept = new Array(BINS).fill(0);
  const out = new Array(BINS).fill(0);
  for (const face of scored) {
    const bin = Math.min(BINS - 1, Math.floor((face.score ?? 0) * BINS));
    (face.reason ? out : kept)[Math.max(0, bin)]++;
  }
  const highest = Math.max(...kept.map((n, i) => n + out[i]));
  const step = WIDTH / BINS;
  const bars = [];
  for (let i = 0; i < BINS; i++) {
    const keptHeight = (kept[i] / highest) * HEIGHT;
    const outHeight = (out[i] / highest) * HEIGHT;
    const place = { x: i * step + 1, width: step - 2, rx: 1.5 };
    if (kept[i] > 0) bars.push(bar({ ...place, y: HEIGHT - keptHeight, height: keptHeight }, 'kept'));
    if (out[i] > 0)
      bars.push(bar({ ...place, y: HEIGHT - keptHeight - outHeight, height: outHeight }, 'out'));
  }
  const values = scored.map((face) => /** @type {number} */ (face.score));
  return chart('Score', values, bars, [0, 0.5, 1], 1);
}

/**
 * Every face as a dot: its cosine distance to the centroid to the right, spread up and down to be seen.
 *
 * @param {readonly Face[]} faces
 * @param {number | undefined} limit where faces are left out
 * @returns {HTMLElement | null} null where no distance is known
 */
export function distancePlot(faces, limit) {
  const placed = faces.filter((face) => face.distance !== undefined);
  if (placed.length === 0) return null;
  const values = placed.map((face) => /** @type {number} */ (face.distance));
  const longest = values.reduce((a, b) => Math.max(a, b), 0);
  const end = Math.max(0.6, Math.ceil(longest * 5) / 5);
  const dots = { kept: '', out: '' };
  // A dot that would lie on others moves up by one lane.
  const lanes = 8;
  /** @type {number[]} */
  const taken = new Array(WIDTH + 1).fill(0);
  for (const face of [...placed].sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0))) {
    const x = ((face.distance ?? 0) / end) * WIDTH;
    const column = Math.round(x / 5);
    const lane = (taken[column] ?? 0) % lanes;
    taken[column] = lane + 1;
    const y = HEIGHT - 5 - lane * ((HEIGHT - 10) / (lanes - 1));
    dots[face.reason ? 'out' : 'kept'] += `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
  }
  const marks = [];
  if (limit !== undefined && limit < end) {
    const x = (limit / end) * WIDTH;
    marks.push(svg('line', { x1: x, x2: x, y1: 0, y2: HEIGHT, class: 'limit' }));
  }
  if (dots.kept) marks.push(svg('path', { d: dots.kept, class: 'dots kept' }));
  if (dots.out) marks.push(svg('path', { d: dots.out, class: 'dots out' }));
  return chart('Distance to centroid', values, marks, [0, end / 2, end], end);
}

/**
 * @param {Record<string, number>} place
 * @param {'kept' | 'out'} kind
 */
function bar(place, kind) {
  return svg('rect', { ...place, class: `bar ${kind}` });
}

/**
 * @param {string} label
 * @param {number[]} values
 * @param {SVGElement[]} marks
 * @param {number[]} ticks
 * @param {number} end value at the right edge
 */
function chart(label, values, marks, ticks, end) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const said = `${label} of ${sorted.length}: median ${fixed(middle)}, from ${fixed(sorted[0])} to ${fixed(sorted.at(-1))}`;
  const axis = ticks.map((tick, i) =>
    svg(
      'text',
      {
        x: (tick / end) * WIDTH,
        y: HEIGHT + 14,
        class: 'tick',
        'text-anchor': ['start', 'middle', 'end'][i],
      },
      String(Math.round(tick * 100) / 100),
    ),
  );
  return h(
    'figure',
    { className: 'chart' },
    h(
      'figcaption',
      {},
      h('span', {}, label.split(' ')[0]),
      h('span', { className: 'median' }, `median ${fixed(middle)}`),
    ),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT + 20}`, role: 'img', 'aria-label': said },
      ...marks,
      svg('line', { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: 'axis' }),
      ...axis,
    ),
  );
}
