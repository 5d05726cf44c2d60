import { workerData } from 'node:worker_threads';
import type { Enrichment } from '@face-sets/cache-npz';
import { ImageDecodeError, loadSharp, type Rotation } from '@face-sets/photos';
import { analyzePhoto, photoLandmarks } from '../analysis/analyze-photo.js';
import { FaceAnalyzer } from '../analysis/face-analyzer.js';
import type { AnalyzePhotoOptions, PhotoResult } from '../analysis/photo-engine.js';
import type { ModelFolder } from '../models/find-models.js';
import { FaceModels, type LoadModelsOptions } from '../models/load-models.js';

/** What a worker is started with. */
export interface PhotoWorkerData {
  folder: ModelFolder;
  options: Pick<LoadModelsOptions, 'threads' | 'provider'>;
  /** Whether this is the only worker. */
  alone: boolean;
}

/** What a worker is asked to do. */
export type PhotoTask =
  | { kind: 'analyze'; bytes: Uint8Array; options?: AnalyzePhotoOptions }
  | { kind: 'landmarks'; bytes: Uint8Array; boxes: Float32Array[]; rotation?: Rotation };

/** An error's class does not survive the way out of a worker, and this one tells photos from faults of ours. */
export type PhotoReply = { value: PhotoResult | Enrichment[] } | { undecodable: string };

// tinypool hands its own data over beside ours.
const { folder, options, alone } = (workerData as [unknown, PhotoWorkerData])[1];
const sharp = await loadSharp();
// No picture is decoded twice in the same way, and the other processors are busy with other photos.
sharp.cache(false);
if (!alone) sharp.concurrency(1);
const analyzer = new FaceAnalyzer(new FaceModels(folder, options));

export default async function work(task: PhotoTask): Promise<PhotoReply> {
  try {
    const value =
      task.kind === 'analyze'
        ? await analyzePhoto(task.bytes, analyzer, task.options)
        : await photoLandmarks(task.bytes, analyzer, task.boxes, task.rotation);
    return { value };
  } catch (error) {
    if (error instanceof ImageDecodeError) return { undecodable: error.message };
    throw error;
  }
}
