import { setImmediate } from 'node:timers/promises';
import { ImageDecodeError } from '@face-sets/photos';
import type { PhotoEngine } from '../../src/analysis/photo-engine.js';

const model = { name: 'toy', sha256: '0'.repeat(64) };
/** Of the caches that these photos are embedded into. */
export const SETTINGS = {
  tool: 'test',
  models: { detection: model, recognition: model },
  detection: { sizes: [128, 640], threshold: 0.5, nms: 0.4 },
  embeddingDim: 4,
};

/** Photos are texts here: a face for each word, embedded by its letters; `broken` cannot be decoded. */
export function textEngine(parallel = 3): PhotoEngine & { analyzed: string[]; landmarked: string[] } {
  const analyzed: string[] = [];
  const landmarked: string[] = [];
  return {
    parallel,
    analyzed,
    landmarked,
    async analyze(bytes) {
      const text = Buffer.from(bytes).toString();
      analyzed.push(text);
      await setImmediate();
      if (text === 'broken') throw new ImageDecodeError('it is broken');
      const words = text.split(' ').filter((word) => word !== '-');
      return {
        width: 10,
        height: 20,
        truncated: false,
        rotation: 0,
        faces: words.map((word, i) => ({
          bbox: [i, 0, i + 1, 1],
          kps: new Float32Array(10),
          detScore: 0.9,
          blur: 50,
          embedding: Float32Array.from({ length: 4 }, (_, k) => word.charCodeAt(k) || 0),
        })),
      };
    },
    async landmarks(bytes, boxes) {
      landmarked.push(Buffer.from(bytes).toString());
      return boxes.map((box) => ({
        landmark2d106: new Float32Array(212).fill(box[0]!),
        landmark3d68: null,
        pose: null,
      }));
    },
    close: async () => {},
  };
}
