/** Ctrl-C; what ends services and shells; the terminal was closed; Ctrl-Break on Windows. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * A signal that the first Ctrl-C (or SIGTERM, or a closed terminal) aborts, so that the photo in hand is finished and flushed. The second
 * one ends the process at once, by the signal itself: an orderly exit would wait for, or trip over, the worker threads
 * that are in the middle of a network call. What was flushed is kept.
 */
export function onInterrupt(notice: string): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const release = () => {
    for (const name of SIGNALS) process.off(name, handler);
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
  for (const name of SIGNALS) process.on(name, handler);
  return { signal: controller.signal, release };
}
