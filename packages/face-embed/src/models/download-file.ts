import { open, rm, stat } from 'node:fs/promises';
import { nullIfMissing } from '@face-sets/files';

/** A download that did not succeed. The message is one line. */
export class DownloadError extends Error {
  override name = 'DownloadError';
}

export interface DownloadOptions {
  /** Called as bytes arrive; `received` includes those of an earlier attempt, `total` is null if unknown. */
  onProgress?: (progress: { received: number; total: number | null }) => void;
  /** Aborting keeps what has arrived. */
  signal?: AbortSignal;
  /** Attempts without any progress before giving up. Default 3. */
  attempts?: number;
  /** Milliseconds to wait for the next bytes before the connection counts as lost. Default 60,000. */
  stallMs?: number;
}

/** The connection was lost or stood still: worth another attempt. */
class ConnectionLost extends Error {}

/**
 * Downloads `url` to the file `path`. What is already there is taken for the beginning and only the rest is
 * fetched (HTTP Range); a lost connection is resumed. On failure the file is kept for the next call.
 *
 * @throws {DownloadError} when the server refuses, or the connection fails again and again.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions = {}): Promise<void> {
  const { attempts = 3 } = options;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(path);
    try {
      await downloadRest(url, path, before, options);
      return;
    } catch (error) {
      if (options.signal?.aborted) throw new DownloadError(`the download of ${url} was stopped`);
      if (!(error instanceof ConnectionLost)) throw error;
      failures = (await sizeOf(path)) > before ? 1 : failures + 1;
      if (failures >= attempts) throw new DownloadError(`${url} cannot be downloaded: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, 200 * failures));
    }
  }
}

async function downloadRest(
  url: string,
  path: string,
  start: number,
  options: DownloadOptions,
): Promise<void> {
  const { onProgress, signal, stallMs = 60_000 } = options;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  const signals = signal ? [signal, stalled.signal] : [stalled.signal];
  try {
    const response = await fetch(url, {
      // A compressed transfer could not be resumed.
      headers: { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) },
      signal: AbortSignal.any(signals),
    }).catch((error: unknown) => {
      throw new ConnectionLost(networkReason(error));
    });
    if (response.status === 416 && start > 0) {
      await response.body?.cancel();
      // Either everything is there already, or what is there belongs to something else.
      const total = Number(response.headers.get('content-range')?.match(/\/(\d+)$/)?.[1] ?? Number.NaN);
      if (total === start) return;
      await rm(path, { force: true });
      throw new ConnectionLost('the server has no such part');
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      const reason = `the server answers ${response.status} ${response.statusText}`.trim();
      if (response.status >= 500) throw new ConnectionLost(reason);
      throw new DownloadError(`${url} cannot be downloaded: ${reason}`);
    }
    const resumed = response.status === 206 && contentStart(response) === start;
    let received = resumed ? start : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isFinite(length) ? received + length : null;
    const file = await open(path, resumed ? 'a' : 'w');
    try {
      onProgress?.({ received, total });
      for await (const chunk of response.body) {
        timer.refresh();
        await file.write(chunk);
        received += chunk.length;
        onProgress?.({ received, total });
      }
      await file.sync();
    } catch (error) {
      // A full disk is not the network's fault.
      if ((error as NodeJS.ErrnoException).syscall === 'write') {
        throw new DownloadError(`${path} cannot be written: ${(error as Error).message}`);
      }
      throw new ConnectionLost(networkReason(error));
    } finally {
      await file.close();
    }
    if (total !== null && received !== total) throw new ConnectionLost('the connection was lost');
  } finally {
    clearTimeout(timer);
  }
}

function contentStart(response: Response): number {
  return Number(response.headers.get('content-range')?.match(/^bytes (\d+)-/)?.[1] ?? Number.NaN);
}

function networkReason(error: unknown): string {
  const { message, cause, name } = error as Error & { cause?: Error & { code?: string } };
  if (name === 'AbortError') return 'the connection stalled';
  return (cause?.code ?? cause?.message ?? message).split('\n', 1)[0];
}

async function sizeOf(path: string): Promise<number> {
  return (await nullIfMissing(path, stat(path)))?.size ?? 0;
}
