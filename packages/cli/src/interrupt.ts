/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that the photo in hand is finished and flushed. The second
 * one ends the process at once, by the signal itself: an orderly exit would wait for, or trip over, the worker threads
 * that are in the middle of a network call. What was flushed is kept.
 */
export function onInterrupt(notice: string): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const release = () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
  const handler = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      release();
      process.kill(process.pid, signal);
      return;
    }
    controller.abort();
    process.stderr.write(`\n${notice}\n`);
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return { signal: controller.signal, release };
}
