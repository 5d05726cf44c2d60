import { describe, expect, it } from 'vitest';
import { Rate } from '../src/rate.js';

/** The rates that are told while units are done at these times (seconds). */
function told(times: readonly number[]): (number | null)[] {
  const rate = new Rate();
  return times.map((time, i) => {
    rate.add(time, i + 1);
    return rate.perSecond(time);
  });
}

const spaced = (from: number, step: number, units: number) =>
  Array.from({ length: units }, (_, i) => from + i * step);

describe('The rate of a stage', () => {
  it('is not told before five units and five seconds', () => {
    expect(told(spaced(0, 0.1, 20)).every((rate) => rate === null)).toBe(true);
    expect(told(spaced(0, 4, 5)).every((rate) => rate === null)).toBe(true);
    expect(told(spaced(0, 2, 8)).at(-1)).toBeCloseTo(0.5, 5);
  });

  it('does not count the time before the first unit, in which models are loaded', () => {
    expect(told(spaced(120, 0.5, 40)).at(-1)).toBeCloseTo(2, 1);
  });

  it('follows the last minute: a slow beginning is forgotten', () => {
    const slow = spaced(0, 10, 10);
    const rates = told([...slow, ...spaced(91, 0.25, 480)]);
    expect(rates.at(9)).toBeCloseTo(0.1, 2);
    expect(rates.at(-1)).toBeCloseTo(4, 1);
  });

  it('does not jump: from half a minute on, what is told of a steady stage stays within a fifth', () => {
    // Batches of four workers, as they come in, after 20 s of starting.
    const times = Array.from({ length: 400 }, (_, i) => 20 + Math.floor(i / 4) * 1.6 + (i % 4) * 0.05);
    const rates = told(times).filter((_, i) => times[i]! > 50) as number[];
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.2);
  });

  it('falls while nothing is done', () => {
    const rate = new Rate();
    for (const [i, time] of spaced(0, 1, 30).entries()) rate.add(time, i + 1);
    expect(rate.perSecond(60)!).toBeLessThan(rate.perSecond(30)!);
  });
});
