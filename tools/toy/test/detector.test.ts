import { describe, expect, it } from 'vitest';
import { bboxOf, type HeadPose, kpsOf } from '../src/face-geometry.js';
import { buildDetector } from '../src/index.js';
import { picture, poseAt } from './draw.js';
import { candidates, detect, floats, load, planes, run, view } from './host.js';

describe('buildDetector', () => {
  it('declares what SCRFD does: an input of any size and nine outputs, scores, boxes and kps by stride', async () => {
    const detector = await load(buildDetector());
    expect(detector.inputMetadata).toMatchObject([
      { name: 'input.1', type: 'float32', shape: [1, 3, '?', '?'] },
    ]);
    const widths = detector.outputMetadata.map((output) => (output.isTensor ? output.shape.at(-1) : null));
    expect(widths).toEqual([1, 1, 1, 4, 4, 4, 10, 10, 10]);
  });

  it('returns two rows for each cell of each stride at any size', async () => {
    const detector = await load(buildDetector());
    const outputs = await run(detector, new Float32Array(3 * 96 * 160), [1, 3, 96, 160]);
    const cells = [12 * 20, 6 * 10, 3 * 5].map((count) => 2 * count);
    expect(outputs.map(({ dims }) => [...dims])).toEqual(
      [1, 4, 10].flatMap((width) => cells.map((count) => [count, width])),
    );
  });

  it('gives the same numbers with a leading batch dimension in its other form', async () => {
    const image = view(await picture(640, 640, [poseAt(300, 280, 60)]), 640, 640, [1, 0, 0, 0]);
    const input = planes(image, 127.5, 128);
    const plain = await run(await load(buildDetector()), input, [1, 3, 640, 640]);
    const detector = await load(buildDetector({ form: 'batched' }));
    const batched = await run(detector, input, [1, 3, 640, 640]);
    expect(detector.inputMetadata).toMatchObject([{ shape: [1, 3, 640, 640] }]);
    batched.forEach((output, i) => {
      expect([...output.dims]).toEqual([1, ...plain[i].dims]);
      expect(floats(output)).toEqual(floats(plain[i]));
    });
    expect(Math.max(...floats(plain[2]))).toBeGreaterThan(0.5);
  });

  it('finds a face of any size from 20 to 470 pixels of its input, with boxes from neighboring cells agreeing', async () => {
    const detector = await load(buildDetector());
    for (const width of [20, 28, 40, 56, 80, 113, 160, 226, 320, 400, 460]) {
      const pose = poseAt(320, 300, width / 2.4);
      const found = await candidates(detector, await picture(640, 640, [pose]), 640);
      expect(found.length, `${width} px`).toBeGreaterThan(0);
      for (const { bbox, kps } of found) {
        expect(furthest(bbox, bboxOf(pose)), `box at ${width} px`).toBeLessThan(1 + 0.03 * width);
        expect(furthest(kps, kpsOf(pose)), `kps at ${width} px`).toBeLessThan(0.5 + 0.01 * width);
      }
    }
  });

  it('finds faces tilted and turned, in any light', async () => {
    const detector = await load(buildDetector());
    for (const roll of [-40, -20, 0, 20, 40])
      for (const [yaw, pitch] of [
        [-25, 0],
        [0, -10],
        [25, 10],
      ]) {
        const pose: HeadPose = { ...poseAt(330, 310, 50), roll, yaw, pitch };
        for (const gain of [0.35, 1]) {
          const found = await detect(detector, await picture(640, 640, [pose], gain));
          expect(found.length, JSON.stringify({ roll, yaw, pitch, gain })).toBe(1);
          expect(furthest(found[0].bbox, bboxOf(pose))).toBeLessThan(8);
        }
      }
  });

  it('tells faces apart that stand close together', async () => {
    const detector = await load(buildDetector());
    for (const scale of [14, 22, 30, 42, 60]) {
      const poses = [-1, 0, 1].map((side) => poseAt(320 + side * 3 * scale, 300 + side * 0.3 * scale, scale));
      const found = await detect(detector, await picture(640, 640, poses), [640]);
      expect(found.length, `${scale} px between the eyes`).toBe(3);
      const lefts = found.map(({ kps }) => kps[0]).sort((a, b) => a - b);
      lefts.forEach((x, i) => {
        expect(Math.abs(x - kpsOf(poses[i])[0])).toBeLessThan(2);
      });
    }
  });

  it('does not take a face upside down, or half a face, for a face', async () => {
    const detector = await load(buildDetector());
    const turned: HeadPose = { ...poseAt(320, 320, 60), roll: 180 };
    expect(await detect(detector, await picture(640, 640, [turned]))).toEqual([]);
    expect(await detect(detector, await picture(640, 640, [poseAt(0, 320, 60)]))).toEqual([]);
  });

  it('finds nothing in black, white or noise', async () => {
    const detector = await load(buildDetector());
    let state = 1;
    const noise = () => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return state >> 16;
    };
    for (const fill of [() => 0, () => 255, noise]) {
      const data = Uint8Array.from({ length: 640 * 640 * 3 }, fill);
      expect(await detect(detector, { data, width: 640, height: 640 })).toEqual([]);
    }
  });
});

function furthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}
