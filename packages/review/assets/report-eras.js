import { count, h, svg } from './report-dom.js';

/** @typedef {import('./report-data.js').Eras} Eras */

const ERAS_WIDTH = 460;
/** Of a sub-cluster. */
const ERAS_ROW = 22;
/** Room for how many faces a sub-cluster has. */
const ERAS_MARGIN = 44;
const ERAS_BARS = 64;

/**
 * Whether a person can be sorted by age: what was found, how far the faces are from each other, and the years of those
 * that are alike.
 *
 * @param {Eras} eras
 */
export function erasPanel(eras) {
  return h(
    'div',
    { className: 'eras' },
    h(
      'p',
      { className: eras.sortable ? 'verdict' : 'verdict no' },
      h('strong', {}, eras.title),
      ` ${eras.text}`,
    ),
    h('div', { className: 'plots' }, yearsPlot(eras), distancesPlot(eras)),
    eras.thresholds.length > 0 && sizesTable(eras),
  );
}

/**
 * A row for each sub-cluster, a column for each year, and a circle of the area of the faces.
 *
 * @param {Eras} eras
 * @returns {HTMLElement | null} null where no year is known
 */
function yearsPlot({ subClusters, threshold }) {
  const years = subClusters.flatMap((cluster) => cluster.years.map(({ year }) => year));
  if (years.length === 0) return null;
  const first = Math.min(...years);
  const last = Math.max(...years);
  const most = Math.max(...subClusters.flatMap((cluster) => cluster.years.map(({ faces }) => faces)));
  const left = ERAS_MARGIN + 12;
  const column = (/** @type {number} */ year) =>
    first === last
      ? (left + ERAS_WIDTH) / 2
      : left + ((year - first) / (last - first)) * (ERAS_WIDTH - left - 12);
  const bottom = subClusters.length * ERAS_ROW;
  const marks = subClusters.flatMap(({ faces, years: own }, row) => {
    const y = row * ERAS_ROW + ERAS_ROW / 2;
    return [
      svg('line', { x1: left, x2: ERAS_WIDTH, y1: y, y2: y, class: 'grid' }),
      svg(
        'text',
        { x: ERAS_MARGIN, y: y + 4, class: 'tick', 'text-anchor': 'end' },
        faces.toLocaleString('en'),
      ),
      ...own.map(({ year, faces: n }) =>
        svg(
          'circle',
          {
            cx: column(year),
            cy: y,
            r: Math.max(1.5, (ERAS_ROW / 2 - 1) * Math.sqrt(n / most)),
            class: 'era',
          },
          svg('title', {}, `${year}: ${count(n, 'face')}`),
        ),
      ),
    ];
  });
  const step = Math.max(1, Math.ceil((last - first) / 6));
  for (let year = first; year <= last; year += step) {
    marks.push(
      svg('text', { x: column(year), y: bottom + 14, class: 'tick', 'text-anchor': 'middle' }, String(year)),
    );
  }
  const said = subClusters
    .map(
      ({ faces, years: own }) =>
        `${faces} faces of ${own.map(({ year, faces: n }) => `${year} (${n})`).join(', ')}`,
    )
    .join('; ');
  return h(
    'figure',
    { className: 'chart years' },
    h(
      'figcaption',
      {},
      h('span', {}, `Years of sub-clusters at ${threshold}`),
      h('span', {}, 'faces, by year'),
    ),
    svg(
      'svg',
      {
        viewBox: `0 0 ${ERAS_WIDTH} ${bottom + 18}`,
        role: 'img',
        'aria-label': `Years of sub-clusters: ${said}`,
      },
      ...marks,
    ),
  );
}

/**
 * How many pairs of faces are how far apart.
 *
 * @param {Eras} eras
 * @returns {HTMLElement | null} null where there is no pair
 */
function distancesPlot({ histogram: { counts, binWidth, mean }, threshold }) {
  const most = Math.max(0, ...counts);
  if (most === 0 || mean === null) return null;
  const width = 240;
  const end = counts.length * binWidth;
  const step = width / counts.length;
  const bars = counts.map((n, i) => {
    const height = (n / most) * ERAS_BARS;
    const place = { x: i * step + step * 0.1, width: step * 0.8, y: ERAS_BARS - height, height };
    return n > 0 && svg('rect', { ...place, class: 'bar kept' });
  });
  const at = (/** @type {number} */ distance) => (distance / end) * width;
  const tick = (/** @type {number} */ distance, /** @type {string} */ anchor) =>
    svg(
      'text',
      { x: at(distance), y: ERAS_BARS + 14, class: 'tick', 'text-anchor': anchor },
      String(Math.round(distance * 100) / 100),
    );
  return h(
    'figure',
    { className: 'chart' },
    h(
      'figcaption',
      {},
      h('span', {}, 'Distance of two faces'),
      h('span', { className: 'median' }, `mean ${mean.toFixed(2)}`),
    ),
    svg(
      'svg',
      {
        viewBox: `0 0 ${width} ${ERAS_BARS + 18}`,
        role: 'img',
        'aria-label': `Cosine distances of pairs of faces, on average ${mean.toFixed(2)}`,
      },
      ...bars,
      threshold < end &&
        svg('line', { x1: at(threshold), x2: at(threshold), y1: 0, y2: ERAS_BARS, class: 'limit' }),
      svg('line', { x1: 0, x2: width, y1: ERAS_BARS, y2: ERAS_BARS, class: 'axis' }),
      tick(0, 'start'),
      tick(end / 2, 'middle'),
      tick(end, 'end'),
    ),
  );
}

/**
 * The sub-clusters at each threshold.
 *
 * @param {Eras} eras
 */
function sizesTable({ thresholds }) {
  const head = ['Threshold', 'Explained by years', 'Faces of the sub-clusters'];
  return h(
    'details',
    {},
    h('summary', {}, 'Sub-clusters at other thresholds'),
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
      h(
        'tbody',
        {},
        ...thresholds.map(({ threshold, explained, sizes, further }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, threshold.toFixed(2)),
            h('td', {}, explained === null ? '–' : `${Math.round(100 * explained)} %`),
            h('td', {}, [sizes.join(', '), further > 0 && `${further} more`].filter(Boolean).join(' and ')),
          ),
        ),
      ),
    ),
  );
}
