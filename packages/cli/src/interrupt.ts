/**
 * What ends a step early: Ctrl-C, a polite `kill`, a terminal that is closed (SIGHUP; on Windows the console window), and
 * Ctrl-Break on Windows.
 */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

/** Releases of the signals that are held. */
const held = new Set<() => void>();

/** Releases all signals that are held still: the command that held them has ended. */
export function releaseInterrupts(): void {
  for (const release of [...held]) release();
}

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP, SIGBREAK) aborts, so that the photo in hand is finished and flushed.
 * The second one ends the process at once, by the signal itself: an orderly exit would wait for, or trip over, the worker
 * threads that are in the middle of a network call. What was flushed is kept. A SIGHUP is never the second one: when a
 * terminal is closed, the system and the shell each send one.
 *
 * @returns releases the signals
 */
export function onInterrupt(notice: string, controller: AbortController): () => void {
  const release = () => {
    held.delete(release);
    for (const signal of SIGNALS) process.off(signal, handler);
  };
  const handler = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      controller.abort();
      process.stderr.write(`\n${notice}\n`);
      return;
    }
    if (signal === 'SIGHUP') return;
    release();
    process.kill(process.pid, signal);
  };
  held.add(release);
  for (const signal of SIGNALS) process.on(signal, handler);
  return release;
}
