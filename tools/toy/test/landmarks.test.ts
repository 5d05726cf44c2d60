import { describe, expect, it } from 'vitest';
import { bboxOf, type HeadPose, kpsOf } from '../src/face-geometry.js';
import { buildLandmarks2d, buildLandmarks3d } from '../src/index.js';
import { multiply, pseudoInverse } from '../src/least-squares.js';
import { MEAN_SHAPE_68 } from '../src/mean-shape-68.js';
import { picture, poseAt } from './draw.js';
import { floats, landmarks, load, run } from './host.js';

const POSES: readonly HeadPose[] = [
  poseAt(200, 200, 50),
  { x: 220, y: 190, scale: 45, yaw: 20, pitch: 5, roll: 0 },
  { x: 180, y: 210, scale: 52, yaw: -18, pitch: -6, roll: 15 },
  { x: 200, y: 200, scale: 30, yaw: 0, pitch: 0, roll: -30 },
];

describe('buildLandmarks2d', () => {
  it('declares the real model’s input and output', async () => {
    const model = await load(buildLandmarks2d());
    expect(model.inputMetadata).toMatchObject([{ name: 'data', shape: ['None', 3, 192, 192] }]);
    expect(model.outputMetadata).toMatchObject([{ name: 'fc1', shape: ['None', 212] }]);
  });

  it('puts pupils, nose tip and mouth corners of the 106 where the face has them', async () => {
    const model = await load(buildLandmarks2d());
    for (const pose of POSES) {
      const points = await landmarks(model, await picture(400, 400, [pose]), bboxOf(pose), 2);
      expect(points.length).toBe(106);
      const kps = kpsOf(pose);
      // Indices in InsightFace's order: left pupil, right pupil, nose tip, left and right mouth corner.
      [34, 88, 86, 52, 61].forEach((index, i) => {
        const away = Math.hypot(points[index][0] - kps[2 * i], points[index][1] - kps[2 * i + 1]);
        expect(away / pose.scale, `point ${index}`).toBeLessThan(0.08);
      });
    }
  });

  it('gives every one of the 106 points a place of its own about the face, both pupils excepted', async () => {
    const model = await load(buildLandmarks2d());
    const pose = POSES[0];
    const points = await landmarks(model, await picture(400, 400, [pose]), bboxOf(pose), 2);
    const places = new Set(points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`));
    expect(places.size).toBe(104);
    const [x1, y1, x2, y2] = bboxOf(pose);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThan(x1 - 2);
      expect(x).toBeLessThan(x2 + 2);
      expect(y).toBeGreaterThan(y1 - 2);
      expect(y).toBeLessThan(y2 + 2);
    }
  });
});

describe('buildLandmarks3d', () => {
  it('declares the real model’s input and output', async () => {
    const model = await load(buildLandmarks3d());
    expect(model.inputMetadata).toMatchObject([{ name: 'data', shape: ['None', 3, 192, 192] }]);
    expect(model.outputMetadata).toMatchObject([{ name: 'fc1', shape: ['None', 3309] }]);
  });

  it('gives landmarks whose affine fit to the mean shape has the head’s yaw, pitch and roll', async () => {
    const model = await load(buildLandmarks3d());
    for (const pose of POSES) {
      const points = await landmarks(model, await picture(400, 400, [pose]), bboxOf(pose), 3);
      const [pitch, yaw, roll] = affinePose(points);
      expect(Math.abs(pitch - pose.pitch), 'pitch').toBeLessThan(3);
      expect(Math.abs(yaw - pose.yaw), 'yaw').toBeLessThan(3);
      expect(Math.abs(roll - pose.roll), 'roll').toBeLessThan(3);
    }
  });

  it('keeps depth consistent with the turn: the mean shape’s fit is a rotation in all three rows', async () => {
    const model = await load(buildLandmarks3d());
    const pose = POSES[1];
    const rows = affineRows(await landmarks(model, await picture(400, 400, [pose]), bboxOf(pose), 3));
    // Third row against the first two: the nose comes nearer to the viewer's right as the head turns there.
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const cosine = dot(rows[0], rows[2]) / Math.hypot(...rows[0]) / Math.hypot(...rows[2]);
    expect(Math.abs(cosine)).toBeLessThan(0.12);
  });

  it('falls back on an upright face where it sees none', async () => {
    const model = await load(buildLandmarks3d());
    const [output] = await run(model, new Float32Array(3 * 192 * 192), [1, 3, 192, 192]);
    expect(floats(output).every(Number.isFinite)).toBe(true);
    const last = Array.from(floats(output).slice(-204));
    const points = Array.from({ length: 68 }, (_, i) => last.slice(3 * i, 3 * i + 3));
    for (const angle of affinePose(points)) expect(Math.abs(angle)).toBeLessThan(0.5);
  });
});

/** The 3×3 part of the least-squares affine map from the mean shape to the points. */
function affineRows(points: readonly number[][]): number[][] {
  const inverse = pseudoInverse(MEAN_SHAPE_68.map((point) => [...point, 1]));
  const solution = multiply(inverse, points);
  return [0, 1, 2].map((axis) => [0, 1, 2].map((i) => solution[i][axis]));
}

/** Pitch, yaw and roll in degrees, as InsightFace takes them from the affine map. */
function affinePose(points: readonly number[][]): number[] {
  const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
  const [r1, r2] = affineRows(points).map(unit);
  const r3 = [r1[1] * r2[2] - r1[2] * r2[1], r1[2] * r2[0] - r1[0] * r2[2], r1[0] * r2[1] - r1[1] * r2[0]];
  const angles = [
    Math.atan2(r3[1], r3[2]),
    Math.atan2(-r3[0], Math.hypot(r1[0], r2[0])),
    Math.atan2(r2[0], r1[0]),
  ];
  return angles.map((angle) => (angle * 180) / Math.PI);
}
