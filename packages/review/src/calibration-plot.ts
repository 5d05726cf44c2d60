import { type Calibration, type CalibrationPoint, LEAST_SAME_PAIRS } from '@face-sets/cluster';
import type { OwnFile } from '@face-sets/files';
import { escapeHtml } from './escape-html.js';

/** What {@link calibrationPlot} draws; a `LibraryCalibration` of `@face-sets/cluster` is one. */
export interface PlottedCalibration extends Pick<Calibration, 'curve' | 'suggested' | 'pairs'> {
  /** Where the suggestion would lie with other photos; drawn as a band where it is finite. */
  interval?: readonly [number, number];
  /** Why it cannot be trusted; the first one is shown. */
  doubts?: readonly string[];
}

const MARK = '<!-- face-sets calibration -->';
/** How a picture that {@link calibrationPlot} drew is told from others. */
export const CALIBRATION_PLOT: OwnFile = {
  what: 'a calibration plot',
  isOurs: (start) => start.startsWith('<svg ') && start.includes(MARK),
};

const WIDTH = 860;
const HEIGHT = 600;
const LEFT = 64;
const RIGHT = 24;
/** Top and bottom of the two plots. */
const PAIRS = { top: 116, bottom: 280 };
const ERRORS = { top: 342, bottom: 536 };
/** The least rate on the scale of errors: 0.01 %. */
const LEAST_RATE = 1e-4;
/** Points of the curve that make a bar. */
const BAR = 2;

/**
 * The calibration as a self-contained SVG picture, readable on light and on dark ground: how far apart pairs of different
 * people and of one person are, and below it the share of errors that each threshold would make.
 */
export function calibrationPlot(calibration: PlottedCalibration): string {
  const { curve, suggested, pairs, interval, doubts = [] } = calibration;
  const most = Math.max(0.1, Math.min(2, curve[curve.length - 1].threshold));
  const x = (distance: number) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(distance, most)) / most;
  const y = (rate: number) =>
    ERRORS.bottom -
    ((ERRORS.bottom - ERRORS.top) * Math.log10(Math.max(rate, LEAST_RATE) / LEAST_RATE)) /
      Math.log10(1 / LEAST_RATE);
  const percent = (rate: number) => `${Number((100 * rate).toPrecision(2))} %`;
  const at = x(suggested.threshold);
  const same = pairs.same > 0 ? `, ${pairs.same.toLocaleString('en')} of one person` : ', none of one person';
  const summary = `Suggested threshold ${suggested.threshold.toFixed(3)}: ${percent(suggested.fittedFalseMatch)} of the pairs of different people would be nearer${pairs.same >= LEAST_SAME_PAIRS ? `, ${percent(suggested.falseNonMatch)} of the pairs of one person would not` : ''}.`;
  const bars = barsOf(curve, pairs.same > 0);
  const tallest = Math.max(...bars.map((bar) => Math.max(bar.different, bar.same)), 1e-9);
  const barShape = (from: number, to: number, share: number, className: string) => {
    const height = ((PAIRS.bottom - PAIRS.top) * share) / tallest;
    return share > 0
      ? `<rect class="${className}" x="${px(x(from))}" y="${px(PAIRS.bottom - height)}" width="${px(Math.max(0.5, x(to) - x(from) - 1))}" height="${px(height)}"/>`
      : '';
  };
  const line = (className: string, rate: (point: CalibrationPoint) => number) => {
    const points = curve.filter((point) => Number.isFinite(rate(point)) && point.threshold <= most);
    return `<polyline class="${className}" points="${points.map((point) => `${px(x(point.threshold))},${px(y(rate(point)))}`).join(' ')}"/>`;
  };
  const ticks = Array.from({ length: Math.floor(most * 10 + 1e-9) + 1 }, (_, i) => i / 10);
  const axis = (bottom: number) =>
    ticks
      .map(
        (tick) =>
          `<text class="tick" x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${tick.toFixed(1)}</text>`,
      )
      .join('');
  const rates = [1, 0.1, 0.01, 0.001, LEAST_RATE];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title summary">
${MARK}
<title id="title">Calibration of the distance threshold</title>
<desc id="summary">${escapeHtml(summary)}</desc>
<style>
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1c2127; --soft: #5b6470; --rule: #d9dee3; --different: #c2410c; --same: #0e7490; --band: #1c212718 }
@media (prefers-color-scheme: dark) { :root { --ground: #14181c; --ink: #e8ebee; --soft: #a3adb8; --rule: #333b43; --different: #fb923c; --same: #22d3ee; --band: #e8ebee22 } }
text { font: 13px system-ui, sans-serif; fill: var(--ink) }
.head { font-size: 17px; font-weight: 600 } .tick, .note { font-size: 12px; fill: var(--soft) }
.ground { fill: var(--ground) } .rule { stroke: var(--rule) } .band { fill: var(--band) }
.different-bar { fill: var(--different); opacity: .75 } .same-bar { fill: var(--same); opacity: .75 }
polyline { fill: none; stroke-width: 2 } .different { stroke: var(--different) } .same { stroke: var(--same) }
.fit { stroke: var(--different); stroke-dasharray: 5 4 } .cut { stroke: var(--ink); stroke-width: 1.5 }
.key-different { fill: var(--different) } .key-same { fill: var(--same) }
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
<text class="head" x="${LEFT}" y="30">${escapeHtml(summary.slice(0, summary.indexOf(':')))}</text>
<text class="note" x="${LEFT}" y="50">${escapeHtml(`${summary.slice(summary.indexOf(':') + 2)}`)}</text>
${
  doubts.length > 0
    ? doubtLines(doubts[0])
        .map((text, i) => `<text x="${LEFT}" y="${70 + 17 * i}">${escapeHtml(text)}</text>`)
        .join('')
    : ''
}
${interval?.every(Number.isFinite) ? `<rect class="band" x="${px(x(interval[0]))}" y="${PAIRS.top}" width="${px(Math.max(1, x(interval[1]) - x(interval[0])))}" height="${ERRORS.bottom - PAIRS.top}"/>` : ''}
<line class="rule" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${PAIRS.bottom}" y2="${PAIRS.bottom}"/>
${bars.map((bar) => barShape(bar.from, bar.to, bar.different, 'different-bar') + barShape(bar.from, bar.to, bar.same, 'same-bar')).join('')}
${axis(PAIRS.bottom)}
<text class="note" x="${LEFT}" y="${PAIRS.top - 8}"><tspan class="key-different">■</tspan> ${pairs.different.toLocaleString('en')} pairs of different people<tspan dx="14" class="key-same">■</tspan>${escapeHtml(same.slice(1))}</text>
${rates.map((rate) => `<line class="rule" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(rate))}" y2="${px(y(rate))}"/><text class="tick" x="${LEFT - 8}" y="${px(y(rate) + 4)}" text-anchor="end">${percent(rate)}</text>`).join('')}
<text class="note" x="${LEFT}" y="${ERRORS.top - 12}"><tspan class="key-different">—</tspan> different people taken for one, as seen (<tspan class="key-different">- -</tspan> as fitted)${pairs.same > 0 ? '<tspan dx="14" class="key-same">—</tspan> one person not recognized, at least' : ''}</text>
${line('different', (point) => point.falseMatch)}
${line('fit', (point) => point.fittedFalseMatch)}
${pairs.same > 0 ? line('same', (point) => point.falseNonMatch) : ''}
<line class="cut" x1="${px(at)}" x2="${px(at)}" y1="${PAIRS.top}" y2="${ERRORS.bottom}"/>
<text x="${px(at + 6)}" y="${PAIRS.top + 12}">${suggested.threshold.toFixed(3)}</text>
${axis(ERRORS.bottom)}
<text class="note" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${ERRORS.bottom + 42}" text-anchor="middle">cosine distance</text>
</svg>
`;
}

/** Shares of the pairs by distance, from the curves, which count those below each threshold. */
function barsOf(curve: readonly CalibrationPoint[], hasSame: boolean) {
  const bars: { from: number; to: number; different: number; same: number }[] = [];
  for (let i = 0; i + BAR < curve.length + 1 && i + 1 < curve.length; i += BAR) {
    const [from, to] = [curve[i], curve[Math.min(i + BAR, curve.length - 1)]];
    bars.push({
      from: from.threshold,
      to: to.threshold,
      different: to.falseMatch - from.falseMatch,
      same: hasSame ? from.falseNonMatch - to.falseNonMatch : 0,
    });
  }
  return bars;
}

/** A coordinate with one decimal. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A doubt in two lines that fit. */
function doubtLines(doubt: string): string[] {
  const lines = [''];
  for (const word of `Not to be trusted: ${doubt}`.split(' ')) {
    const line = lines[lines.length - 1];
    if (line.length + word.length < 105) lines[lines.length - 1] = line ? `${line} ${word}` : word;
    else if (lines.length < 2) lines.push(word);
    else {
      lines[1] += ' …';
      break;
    }
  }
  return lines;
}
