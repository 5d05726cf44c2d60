import { encodeSafetensors } from './safetensors.js';

/** What genderage of InsightFace says of a face. */
export interface GenderAge {
  /** 0 female, 1 male, as InsightFace counts. */
  gender: number;
  /** Years. */
  age: number;
}

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
 * A ReActor face model (`models/reactor/faces/*.safetensors`): every attribute of an InsightFace face under its name,
 * float32, and `gender` and `age` as int64. ReActor swaps with `embedding` alone and hands the rest through.
 *
 * What is not known is 0 (landmarks, pose, age), so that nothing is NaN; an unknown gender is −1, which is
 * neither of the two that ReActor can be told to look for.
 */
export function reactorModel(face: ReactorFace): Uint8Array {
  return encodeSafetensors({
    bbox: floats([4], face.bbox),
    kps: floats([5, 2], face.kps),
    det_score: floats([], [face.detScore]),
    landmark_3d_68: floats([68, 3], face.landmark3d68),
    pose: floats([3], face.pose),
    landmark_2d_106: floats([106, 2], face.landmark2d106),
    embedding: floats([512], face.embedding),
    gender: whole(face.genderAge?.gender ?? -1),
    age: whole(face.genderAge?.age ?? 0),
  });
}

function floats(shape: readonly number[], values: ArrayLike<number> | undefined) {
  const size = shape.reduce((product, length) => product * length, 1);
  const finite = values !== undefined && Array.from(values).every(Number.isFinite);
  return { shape, data: finite ? Float32Array.from(values) : new Float32Array(size) };
}

function whole(value: number) {
  return { shape: [], data: BigInt64Array.of(BigInt(Math.round(value))) };
}
