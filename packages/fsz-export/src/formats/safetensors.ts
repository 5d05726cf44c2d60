import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faceBbox } from '@face-sets/cache-npz';
import type { GenderAge } from '@face-sets/quality';
import { readPhoto } from '../crops/read-photo.js';
import { meanOfFaces, valuesOfRow } from '../selection/export-cache.js';
import { encodeSafetensors, type Tensor } from './encode-safetensors.js';
import type { FacesetFormat, FacesetToWrite } from './format.js';
import { INSWAPPER_RECOGNIZER } from './recognizer.js';

/** ReActor's face models; see {@link reactorModel}. */
export const safetensors: FacesetFormat<'safetensors'> = {
  name: 'safetensors',
  per: 'faceset',
  help: 'a face model with the mean embedding, for models/reactor/faces/',
  tools: ['ReActor', 'ComfyUI'],
  alsoCalled: ['safetensor', '.safetensors'],
  examples: ['faceset_001.safetensors'],
  needs: { recognizer: INSWAPPER_RECOGNIZER, genderAge: true },
  fileNames: /^[^/]+\.safetensors$/,
  filesOfPerson: (stem) => [modelFile(stem)],
  async write(faceset) {
    const file = modelFile(faceset.stem);
    const genderAge = await genderAgeOfBest(faceset);
    await writeFile(join(faceset.folder, file), modelOf(faceset, genderAge), { mode: 0o600 });
    return { exported: { files: [file], ranks: [...faceset.ranks], gender_age: genderAge } };
  },
};

/** The face that a ReActor face model describes. */
export interface ReactorFace {
  /** `[x1, y1, x2, y2]`, pixels of its photo. */
  bbox: ArrayLike<number>;
  /** 5×2, pixels. */
  kps?: ArrayLike<number>;
  /** In [0, 1]. */
  detScore: number;
  /** 68×3. */
  landmark3d68?: ArrayLike<number>;
  /** Pitch, yaw, roll in degrees. */
  pose?: ArrayLike<number>;
  /** 106×2. */
  landmark2d106?: ArrayLike<number>;
  /** 512 raw floats: of one face, or the mean of several. */
  embedding: ArrayLike<number>;
  genderAge?: GenderAge | null;
}

/**
 * Encodes a face as ReActor saves and loads it (`save_face_model` and `load_face_model` of
 * https://github.com/Gourieff/ComfyUI-ReActor, `models/reactor/faces/*.safetensors`): every attribute of an InsightFace
 * face under its name, float32, and `gender` and `age` as int64. ReActor swaps with `embedding` alone.
 *
 * Unknown landmarks, pose and age are 0, so that nothing is NaN. An unknown gender is −1, which is neither of the two that
 * ReActor can be told to look for.
 */
export function reactorModel(face: ReactorFace): Uint8Array {
  return encodeSafetensors({
    bbox: floatTensor([4], face.bbox),
    kps: floatTensor([5, 2], face.kps),
    det_score: floatTensor([], [face.detScore]),
    landmark_3d_68: floatTensor([68, 3], face.landmark3d68),
    pose: floatTensor([3], face.pose),
    landmark_2d_106: floatTensor([106, 2], face.landmark2d106),
    embedding: floatTensor([512], face.embedding),
    gender: integerTensor(face.genderAge?.gender ?? -1),
    age: integerTensor(face.genderAge?.age ?? 0),
  });
}

function modelFile(stem: string): string {
  return `${stem}.safetensors`;
}

/** Gender and age of the best face in its photo; null where the finder cannot tell them or the photo is gone. */
async function genderAgeOfBest({ faces, ranks, cache, finder }: FacesetToWrite): Promise<GenderAge | null> {
  if (!finder.genderAge) return null;
  const { row } = faces[ranks[0]];
  const photo = await readPhoto(cache.images[cache.imageIndex[row]], finder);
  return 'data' in photo ? finder.genderAge(photo, faceBbox(cache, row)) : null;
}

/** The model of the best face, with the mean embedding of all those that stand for the person. */
function modelOf({ faces, ranks, cache }: FacesetToWrite, genderAge: GenderAge | null): Uint8Array {
  const rows = ranks.map((rank) => faces[rank].row);
  const [best] = rows;
  return reactorModel({
    bbox: faceBbox(cache, best),
    kps: valuesOfRow(cache.kps, best, 10),
    detScore: cache.detScore[best],
    landmark3d68: valuesOfRow(cache.landmark3d68, best, 204),
    pose: valuesOfRow(cache.pose, best, 3),
    landmark2d106: valuesOfRow(cache.landmark2d106, best, 212),
    embedding: meanOfFaces(cache, rows),
    genderAge,
  });
}

function floatTensor(shape: readonly number[], values: ArrayLike<number> | undefined): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const finite = values !== undefined && Array.from(values).every(Number.isFinite);
  return { shape, data: finite ? Float32Array.from(values) : new Float32Array(size) };
}

function integerTensor(value: number): Tensor {
  return { shape: [], data: BigInt64Array.of(BigInt(Math.round(value))) };
}
