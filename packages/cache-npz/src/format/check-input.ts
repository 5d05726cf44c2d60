import { InvalidArgumentError } from '../errors.js';
import type { FaceRow } from './cache-layout.js';
import { type ImageRecord, wrongField } from './image-record.js';

/** A copy that its giver cannot change, without the fields that say nothing. */
export function copyRecord(record: ImageRecord): ImageRecord {
  const copy = { ...record, pathAliases: [...record.pathAliases] };
  if (record.aliasMtimes) copy.aliasMtimes = [...record.aliasMtimes];
  for (const key of ['error', 'superseded', 'rotation', 'truncated', 'extra'] as const) {
    if (copy[key] === undefined || copy[key] === false) delete copy[key];
  }
  return copy;
}

/** Throws InvalidArgumentError unless a record is as it must be for an image with so many faces. */
export function checkRecord(record: ImageRecord, faces: number): void {
  const wrong = wrongField(record);
  if (wrong !== null) throw new InvalidArgumentError(`bad record of ${record.path}: ${wrong}`);
  if ((record.status === 'faces') !== faces > 0) {
    throw new InvalidArgumentError(
      `bad record of ${record.path}: status ${record.status} with ${faces} faces`,
    );
  }
}

/** Throws InvalidArgumentError unless a face has the right lengths and only finite numbers. */
export function checkFaceRow(face: FaceRow, dim: number, path: string): void {
  for (const [key, length] of [
    ['bbox', 4],
    ['kps', 10],
    ['embedding', dim],
  ] as const) {
    const values = face[key];
    if (values.length !== length) {
      throw new InvalidArgumentError(
        `a face of ${path}: ${key} has ${values.length} numbers, expected ${length}`,
      );
    }
    for (let i = 0; i < length; i++) {
      if (!Number.isFinite(values[i]))
        throw new InvalidArgumentError(`a face of ${path}: ${key}[${i}] is ${values[i]}`);
    }
  }
  for (const key of ['detScore', 'blur'] as const) {
    if (!Number.isFinite(face[key]))
      throw new InvalidArgumentError(`a face of ${path}: ${key} is ${face[key]}`);
  }
}
