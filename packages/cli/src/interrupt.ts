/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that the photo in hand is finished and flushed. The second
 * one ends the process at once; what was flushed is kept.
 */
export function onInterrupt(notice: string): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const handler = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    process.stderr.write(`\n${notice}\n`);
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
    },
  };
}
