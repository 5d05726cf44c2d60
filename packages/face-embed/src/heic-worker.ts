import { parentPort } from 'node:worker_threads';
import decode from 'heic-decode';

/** Sent to the worker: decode these bytes. */
export interface HeicRequest {
  id: number;
  bytes: Uint8Array;
}

/** Sent back: RGBA of the primary image, or why there is none. */
export type HeicReply =
  | { id: number; rgba: Uint8Array; width: number; height: number }
  | { id: number; error: string };

parentPort?.on('message', ({ id, bytes }: HeicRequest) => {
  decode({ buffer: bytes }).then(
    ({ data, width, height }) => {
      const rgba = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
      parentPort!.postMessage({ id, rgba, width, height } satisfies HeicReply, [rgba.buffer]);
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      parentPort!.postMessage({ id, error: message } satisfies HeicReply);
    },
  );
});
