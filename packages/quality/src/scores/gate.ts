import { described, InvalidArgumentError } from '../invalid-argument.js';
import { measuredText } from '../measured-text.js';
import { type Bbox, shortEdge } from '../picture/rgb-image.js';

/** Least demands on a face; each one can be turned off with `-Infinity`. */
export interface QualityGates {
  /** Least short edge of the bbox, in pixels. Default 90. */
  minShort: number;
  /** Least blur (Laplacian variance inside the bbox, see `bboxBlur`). Default 40. */
  minBlur: number;
  /** Least detector score. Default 0.6. */
  minDetScore: number;
}

/** The default gates; every package takes them from here. */
export const DEFAULT_GATES: Readonly<QualityGates> = { minShort: 90, minBlur: 40, minDetScore: 0.6 };

/** What the gates look at. */
export interface GatedFace {
  bbox: Bbox;
  blur: number;
  detScore: number;
}

/** A demand that a face does not meet. */
export interface GateFailure {
  gate: 'short-edge' | 'blur' | 'det-score';
  /** What the face has; NaN where it could not be measured. */
  value: number;
  /** What was asked for. */
  limit: number;
  /** One line for people: "short edge 63.2 px is below 90". */
  message: string;
}

/**
 * The first demand that a face does not meet, in the order size, blur, detector score, or `null` where it passes.
 * A value equal to its limit passes; NaN does not (unless the gate is turned off).
 *
 * @param gates default {@link DEFAULT_GATES} for each one left out
 * @throws {InvalidArgumentError} where a part of the face is missing, or a gate is not a number
 */
export function gateFace(face: GatedFace, gates: Partial<QualityGates> = {}): GateFailure | null {
  return gateFailures(face, gates)[0] ?? null;
}

/** Every demand that a face does not meet, in the order of {@link gateFace}. */
export function gateFailures(face: GatedFace, gates: Partial<QualityGates> = {}): GateFailure[] {
  const { minShort, minBlur, minDetScore } = DEFAULT_GATES;
  checkFace(face, gates);
  const failures: GateFailure[] = [];
  const demand = (
    gate: GateFailure['gate'],
    value: number,
    limit: number,
    decimals: number,
    text: (value: string) => string,
  ) => {
    if (value >= limit || limit === -Infinity) return;
    const found = measuredText(value, limit, decimals).replace(/\.0+$/, '');
    failures.push({ gate, value, limit, message: `${text(found)} is below ${limit}` });
  };
  demand(
    'short-edge',
    shortEdge(face.bbox),
    gates.minShort ?? minShort,
    1,
    (value) => `short edge ${value} px`,
  );
  demand('blur', face.blur, gates.minBlur ?? minBlur, 1, (value) => `Laplacian variance ${value}`);
  demand(
    'det-score',
    face.detScore,
    gates.minDetScore ?? minDetScore,
    3,
    (value) => `detector score ${value}`,
  );
  return failures;
}

/** NaN is allowed: it stands for what could not be measured, and fails its gate. */
function checkFace(face: GatedFace, gates: Partial<QualityGates>): void {
  const { bbox, blur, detScore } = face ?? {};
  if (typeof bbox?.length !== 'number' || bbox.length !== 4) {
    throw new InvalidArgumentError(`bbox: expected [x1, y1, x2, y2], received ${described(bbox)}`);
  }
  for (const [name, value] of Object.entries({ blur, detScore })) {
    if (typeof value !== 'number') {
      throw new InvalidArgumentError(`${name}: expected a number, received ${described(value)}`);
    }
  }
  // Callers pass their gates among other options.
  for (const name of Object.keys(DEFAULT_GATES) as (keyof QualityGates)[]) {
    const value = gates[name];
    if (value !== undefined && (typeof value !== 'number' || Number.isNaN(value))) {
      throw new InvalidArgumentError(`${name}: expected a number, received ${described(value)}`);
    }
  }
}
