import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, sharedPath, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bboxBlur,
  compositeScore,
  faceSizeScore,
  frontality,
  landmarkSymmetry,
  type RgbImage,
  sharpnessScore,
  shortEdge,
} from '../../src/index.js';

const python = pythonWith('cv2');
const golden = sharedPath('goldens/insightface/golden.json');
const photos = sharedPath('photos/people');
const meanShape = sharedPath('goldens/insightface/meanshape_68.json');

interface Face {
  bbox: number[];
  kps: number[];
  landmark3d68: number[];
  pose: number[];
  detScore: number;
}

/** Mean over a square of (2·radius + 1)² pixels, cut off at the borders. */
function blurred({ data, width, height }: RgbImage, radius: number): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0];
      let count = 0;
      for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
        for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++, count++) {
          for (let c = 0; c < 3; c++) sum[c] += data[(v * width + u) * 3 + c];
        }
      }
      for (let c = 0; c < 3; c++) out[(y * width + x) * 3 + c] = Math.round(sum[c] / count);
    }
  }
  return { data: out, width, height };
}

/** Every `factor`² pixels replaced by their mean. */
function shrunk({ data, width, height }: RgbImage, factor: number): RgbImage {
  const [w, h] = [Math.floor(width / factor), Math.floor(height / factor)];
  const out = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = 0; v < factor; v++) {
          for (let u = 0; u < factor; u++) sum += data[((y * factor + v) * width + x * factor + u) * 3 + c];
        }
        out[(y * w + x) * 3 + c] = Math.round(sum / factor ** 2);
      }
    }
  }
  return { data: out, width: w, height: h };
}

/** The columns left of `edge`. */
function leftPart({ data, width, height }: RgbImage, edge: number): RgbImage {
  const w = Math.min(edge, width);
  const out = new Uint8Array(w * height * 3);
  for (let y = 0; y < height; y++) out.set(data.subarray(y * width * 3, (y * width + w) * 3), y * w * 3);
  return { data: out, width: w, height };
}

const darkened = ({ data, width, height }: RgbImage, light: number): RgbImage => ({
  data: data.map((value) => Math.round(value * light)),
  width,
  height,
});

/** Points turned about the vertical axis through their middle. */
function turned(points: number[], degrees: number): number[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const out = [...points];
  for (let i = 0; i < points.length; i += 3) {
    out[i] = cos * points[i] + sin * points[i + 2];
    out[i + 2] = cos * points[i + 2] - sin * points[i];
  }
  return out;
}

const score = (image: RgbImage, face: Face) =>
  compositeScore({
    frontality: frontality(face.pose),
    detScore: face.detScore,
    landmarkSymmetry: landmarkSymmetry(face),
    faceSize: faceSizeScore(face.bbox),
    sharpness: sharpnessScore(bboxBlur(image, face.bbox), shortEdge(face.bbox)),
  });

const scaled = (face: Face, factor: number): Face => ({
  ...face,
  bbox: face.bbox.map((value) => value * factor),
  kps: face.kps.map((value) => value * factor),
});

describe.skipIf(!python || !golden || !photos)(
  'on the portraits (skipped without shared data or OpenCV)',
  () => {
    const faces: { image: RgbImage; face: Face }[] = [];

    beforeAll(() => {
      const reference = JSON.parse(readFileSync(golden!, 'utf8'));
      const shape = (JSON.parse(readFileSync(meanShape!, 'utf8')) as number[][]).flat();
      const names = Object.keys(reference).filter((name) => name.startsWith('people/'));
      const dir = tempDir();
      const load = `
import sys, json, os, cv2
for i, name in enumerate(json.loads(sys.argv[2])):
    cv2.cvtColor(cv2.imread(os.path.join(sys.argv[1], name)), cv2.COLOR_BGR2RGB).tofile(os.path.join(sys.argv[3], f'{i}.bin'))`;
      execFileSync(python!, ['-c', load, sharedPath('photos')!, JSON.stringify(names), dir]);
      names.forEach((name, i) => {
        const { shape: size, auto } = reference[name];
        const image = { data: readFileSync(join(dir, `${i}.bin`)), width: size[1], height: size[0] };
        const [{ bbox, kps, det_score: detScore }] = auto;
        faces.push({
          image,
          face: { bbox, kps: kps.flat(), landmark3d68: shape, pose: [0, 0, 0], detScore },
        });
      });
      expect(faces.length).toBe(95);
    });

    it('the composite falls every time when a face is blurred, and the more the further', () => {
      for (const { image, face } of faces) {
        const scores = [image, blurred(image, 1), blurred(image, 3)].map((worse) => score(worse, face));
        expect(scores[1]).toBeLessThan(scores[0]);
        expect(scores[2]).toBeLessThan(scores[1]);
      }
    });

    it('the composite falls every time when a face is shrunk', () => {
      for (const { image, face } of faces) {
        const scores = [1, 2, 4].map((factor) => score(shrunk(image, factor), scaled(face, 1 / factor)));
        expect(scores[1]).toBeLessThan(scores[0]);
        expect(scores[2]).toBeLessThan(scores[1]);
      }
    });

    it('the composite falls every time when a face is darkened', () => {
      for (const { image, face } of faces) {
        const versions = [image, darkened(image, 0.5), darkened(image, 0.2)];
        const scores = versions.map((worse) => score(worse, face));
        expect(scores[1]).toBeLessThan(scores[0]);
        expect(scores[2]).toBeLessThan(scores[1]);
      }
    });

    it('the composite falls every time when a face turns away', () => {
      for (const { image, face } of faces) {
        const scores = [0, 20, 45, 80].map((yaw) =>
          score(image, { ...face, pose: [0, yaw, 0], landmark3d68: turned(face.landmark3d68, yaw) }),
        );
        for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThan(scores[i - 1]);
      }
    });

    it('the composite falls every time when a face turns out of the frame, and the more the further', () => {
      for (const { image, face } of faces) {
        const [x1, y1, x2, y2] = face.bbox;
        const scores = [0, 0.25, 0.5].map((share) => {
          const edge = Math.round(x2 - share * (x2 - x1));
          return score(leftPart(image, edge), { ...face, bbox: [x1, y1, Math.min(x2, edge), y2] });
        });
        expect(scores[1]).toBeLessThan(scores[0]);
        expect(scores[2]).toBeLessThan(scores[1]);
      }
    });
  },
);
