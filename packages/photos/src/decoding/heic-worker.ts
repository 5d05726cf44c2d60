import { parentPort } from 'node:worker_threads';
import libheif from 'libheif-js/wasm-bundle.js';

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
  decodePrimary(bytes).then(
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

interface Rgba {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** Decodes the picture that viewers show: a file may hold others, such as the rest of a burst, before it. */
async function decodePrimary(bytes: Uint8Array): Promise<Rgba> {
  await libheif.ready;
  const decoder = new libheif.HeifDecoder();
  const images = decoder.decode(bytes);
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0];
    if (!image) throw new Error('it holds no picture that can be read');
    const width = image.get_width();
    const height = image.get_height();
    const target: Rgba = { data: new Uint8ClampedArray(width * height * 4), width, height };
    return await new Promise((resolve, reject) => {
      image.display(target, (result) =>
        result ? resolve(result) : reject(new Error('its picture is damaged or of an unknown kind')),
      );
    });
  } finally {
    for (const image of images) image.free();
    decoder.decoder?.delete();
  }
}
