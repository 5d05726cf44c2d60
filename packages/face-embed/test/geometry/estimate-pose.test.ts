import { describe, expect, it } from 'vitest';
import { MEAN_SHAPE_68 } from '../../src/geometry/mean-shape-68.js';
import { estimatePose } from '../../src/index.js';

const RADIANS = Math.PI / 180;

/** The mean face turned by the Euler angles Rz(roll) · Ry(yaw) · Rx(pitch), scaled and moved. */
function posed(pitch: number, yaw: number, roll: number): number[] {
  const [cx, sx] = [Math.cos(pitch * RADIANS), Math.sin(pitch * RADIANS)];
  const [cy, sy] = [Math.cos(yaw * RADIANS), Math.sin(yaw * RADIANS)];
  const [cz, sz] = [Math.cos(roll * RADIANS), Math.sin(roll * RADIANS)];
  const points: number[] = [];
  for (let i = 0; i < MEAN_SHAPE_68.length; i += 3) {
    const [x, y, z] = MEAN_SHAPE_68.slice(i, i + 3);
    const [y1, z1] = [cx * y - sx * z, sx * y + cx * z];
    const [x2, z2] = [cy * x + sy * z1, -sy * x + cy * z1];
    points.push(70 * (cz * x2 - sz * y1) + 300, 70 * (sz * x2 + cz * y1) + 200, 70 * z2);
  }
  return points;
}

describe('estimatePose', () => {
  it.each([
    [0, 0, 0],
    [10, 20, 30],
    [-25, 5, 0],
    [0, -60, 12],
    [4, 80, -45],
    [30, 0, 170],
  ])('finds the pitch %d, yaw %d and roll %d that the mean face was turned by', (pitch, yaw, roll) => {
    const found = estimatePose(posed(pitch, yaw, roll));
    expect(found[0]).toBeCloseTo(pitch, 3);
    expect(found[1]).toBeCloseTo(yaw, 3);
    expect(found[2]).toBeCloseTo(roll, 3);
  });

  it('refuses another number of points', () => {
    expect(() => estimatePose(new Float32Array(212))).toThrow(
      '212 numbers given, 204 (68 points × 3) expected',
    );
  });
});
