/** Seconds of the past that the rate is taken over: long enough to even out large and small photos. */
const WINDOW = 60;

/** Seconds and units from the first unit on below which nothing is said: the first ones say little about the rest. */
const WARM_UP = { seconds: 5, units: 5 };

/**
 * How many units a second a stage gets done. Time before the first unit is done does not count: models are loaded in
 * it, and workers measured.
 */
export class Rate {
  /** Points of the last {@link WINDOW} seconds and the one before; at most two a second. */
  #points: { time: number; done: number }[] = [];

  /**
   * @param time seconds, on any clock that does not go back
   * @param done units done by then
   */
  add(time: number, done: number): void {
    const last = this.#points.at(-1);
    if (done <= 0 || (last && (done <= last.done || (this.#points.length > 1 && time - last.time < 0.5))))
      return;
    this.#points.push({ time, done });
    while (this.#points.length > 2 && time - this.#points[1]!.time >= WINDOW) this.#points.shift();
  }

  /**
   * Units a second of late, or `null` while too few are done to tell.
   *
   * @param time seconds, now: a stage that hangs gets slower with every second
   */
  perSecond(time: number): number | null {
    const [first] = this.#points;
    const last = this.#points.at(-1);
    if (!first || !last) return null;
    const [seconds, units] = [time - first.time, last.done - first.done];
    return seconds >= WARM_UP.seconds && units >= WARM_UP.units ? units / seconds : null;
  }
}
