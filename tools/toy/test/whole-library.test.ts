import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildDetector,
  buildRecognizer,
  drawLibrary,
  type ToyFace,
  type ToyLibrary,
  type ToyPhoto,
} from '../src/index.js';
import { averageLinkage } from './average-linkage.js';
import { align, cosineDistance, decode, detect, embed, type Found, iou, load } from './host.js';

interface Seen {
  readonly photo: ToyPhoto;
  readonly face: ToyFace;
  readonly found: Found;
  readonly embedding: Float32Array;
}

describe('the toy models on the whole toy library', () => {
  let library: ToyLibrary;
  const seen: Seen[] = [];
  const missed: string[] = [];
  const invented: string[] = [];

  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'toy-library-'));
    library = await drawLibrary(dir);
    const [detector, recognizer] = await Promise.all([load(buildDetector()), load(buildRecognizer())]);
    for (const photo of library.photos) {
      if (photo.kind === 'faulty' || photo.kind === 'copy') continue;
      const picture = await decode(join(dir, photo.path));
      const rest = await detect(detector, picture);
      for (const face of photo.faces) {
        const at = rest.findIndex(({ bbox }) => iou(bbox, face.bbox) > 0.6);
        if (at < 0) {
          missed.push(`${face.person} in ${photo.path}`);
          continue;
        }
        const [found] = rest.splice(at, 1);
        seen.push({ photo, face, found, embedding: await embed(recognizer, align(picture, found.kps)) });
      }
      invented.push(...rest.map(({ bbox }) => `${bbox} in ${photo.path}`));
    }
  });

  afterAll(() => rm(library.dir, { recursive: true }));

  it('finds every drawn face and no other', () => {
    expect(missed).toEqual([]);
    expect(invented).toEqual([]);
    expect(seen.length).toBeGreaterThan(180);
  });

  it('places the keypoints within 2 % of the width of the face', () => {
    for (const { photo, face, found } of seen) {
      const width = face.bbox[2] - face.bbox[0];
      const worst = Math.max(...face.kps.map((value, i) => Math.abs(value - found.kps[i])));
      expect(worst / width, `${face.person} in ${photo.path}`).toBeLessThan(0.02);
    }
  });

  it('finds faces that fill the frame at 128 only, and the others better at 640', () => {
    const coarse = seen.filter(({ found }) => found.size === 128);
    expect(coarse.length).toBeGreaterThan(4);
    for (const { photo, face } of coarse)
      expect(face.bbox[2] - face.bbox[0], photo.path).toBeGreaterThan(0.85 * photo.width);
  });

  it('scores faces between 0.6 and 1, large ones above small ones', () => {
    const scores = seen.map(({ found }) => found.score);
    expect(Math.min(...scores)).toBeGreaterThan(0.6);
    expect(Math.max(...scores)).toBeLessThan(1);
    const mean = (faces: Seen[]) => faces.reduce((sum, { found }) => sum + found.score, 0) / faces.length;
    const width = ({ face }: Seen) => face.bbox[2] - face.bbox[0];
    expect(mean(seen.filter((one) => width(one) > 400))).toBeGreaterThan(
      mean(seen.filter((one) => width(one) < 100)),
    );
  });

  it('keeps the faces of one person near one another and those of two people apart', () => {
    const same: number[] = [];
    const different: number[] = [];
    seen.forEach((one, i) => {
      for (const other of seen.slice(i + 1)) {
        const distances = one.face.person === other.face.person ? same : different;
        distances.push(cosineDistance(one.embedding, other.embedding));
      }
    });
    const quantile = (values: number[], part: number) =>
      values.sort((a, b) => a - b)[Math.floor(part * values.length)];
    expect(quantile(same, 0.98)).toBeLessThan(0.25);
    expect(quantile(different, 0.02)).toBeGreaterThan(0.75);
    expect(Math.max(...same)).toBeLessThan(Math.min(...different));
  });

  it('gives exactly the drawn people when clustered by average linkage at 0.55', () => {
    const labels = averageLinkage(
      seen.map(({ embedding }) => embedding),
      0.55,
    );
    const clusters = new Map<number, Set<string>>();
    labels.forEach((label, i) => {
      clusters.set(label, (clusters.get(label) ?? new Set()).add(seen[i].face.person));
    });
    expect([...clusters.values()].map((people) => [...people].join('+')).sort()).toEqual(library.people);
  });
});
