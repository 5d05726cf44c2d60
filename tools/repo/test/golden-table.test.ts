import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { bboxBlur } from '@face-sets/quality';
import { exceededLimits, type GoldenFace, type GoldenFile, goldenFigures, tempDir } from '@face-sets/testing';
import { buildModelPack, drawLibrary } from '@face-sets/toy';
import { beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '..', 'dist', 'golden-table.js');

let models: string;
let photos: string;
let golden: GoldenFile;

/** A golden file of our own results, on three drawn photos. */
beforeAll(async () => {
  models = tempDir('toy-models');
  await buildModelPack(models);
  const library = await drawLibrary(tempDir('toy-photos'), { size: 'small' });
  photos = library.dir;
  const analyzer = new FaceAnalyzer(await loadModels(models));
  golden = {};
  for (const { path } of library.photos
    .filter(({ kind, faces }) => kind === 'drawn' && faces.length > 0)
    .slice(0, 3)) {
    const { image } = await decodeImage(join(photos, path));
    const faces: GoldenFace[] = [];
    for (const { bbox, kps, detScore, embedding } of await analyzer.analyze(image)) {
      const { landmark2d106, landmark3d68, pose } = await analyzer.landmarks(image, bbox);
      const norm = Math.hypot(...embedding);
      faces.push({
        bbox: [...bbox],
        kps: points(kps, 2),
        det_score: detScore,
        normed_embedding: [...embedding].map((value) => value / norm),
        landmark_2d_106: points(landmark2d106!, 2),
        landmark_3d_68: points(landmark3d68!, 3),
        pose_pitch_yaw_roll: [...pose!],
        laplacian_var: bboxBlur(image, bbox),
      });
    }
    const alone = await analyzer.detect(image, { sizes: [640] });
    golden[path] = {
      auto: faces,
      640: alone.map((face) => ({
        bbox: [...face.bbox],
        kps: points(face.kps, 2),
        det_score: face.detScore,
      })),
    };
  }
});

function points(flat: Float32Array, dimensions: number): number[][] {
  return Array.from({ length: flat.length / dimensions }, (_, i) => [
    ...flat.subarray(i * dimensions, (i + 1) * dimensions),
  ]);
}

function run(file: GoldenFile): { status: number; stdout: string; stderr: string } {
  const path = join(tempDir(), 'golden.json');
  writeFileSync(path, JSON.stringify(file));
  try {
    const args = ['--golden', path, '--photos', photos, '--models', models];
    const stdout = execFileSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', stdio: 'pipe' });
    return { status: 0, stdout, stderr: '' };
  } catch (error) {
    return error as { status: number; stdout: string; stderr: string };
  }
}

describe('the golden table', () => {
  it('agrees with our own results and succeeds', () => {
    const { status, stdout } = run(golden);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^photos +3 +3$/m);
    expect(stdout).toMatch(/^bbox IoU, least +1 +1 +>= 0\.97$/m);
    expect(stdout).toMatch(/^embedding cosine, median +- +1(\.0+)? /m);
  });

  it('fails and names the figure when one is beyond its limit', () => {
    const altered = structuredClone(golden);
    const [photo] = Object.keys(altered);
    altered[photo].auto[0].pose_pitch_yaw_roll![1] += 2;
    const { status, stderr } = run(altered);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^auto: maxPoseError is (1\.9|2)[\d.]*, at most 1 expected$/m);
  });

  it('fails and names the photo when a face is missing', () => {
    const altered = structuredClone(golden);
    const [photo] = Object.keys(altered);
    altered[photo][640].push({ bbox: [0, 0, 9, 9], kps: [[0, 0]], det_score: 1 });
    const { status, stderr } = run(altered);
    expect(status).toBe(1);
    expect(stderr).toContain(`640: ${photo}: `);
  });

  it('says how it is called', () => {
    try {
      execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8', stdio: 'pipe' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('usage: npm run goldens -- --golden'),
      });
    }
  });
});

describe('goldenFigures', () => {
  const face = { bbox: [0, 0, 100, 100], kps: [[50, 50]], det_score: 1 };

  it('pairs faces by overlap, whatever their order', () => {
    const other = { bbox: [200, 200, 300, 300], kps: [[250, 250]], det_score: 1 };
    const found = [
      { bbox: [200, 200, 300, 290], kps: [250, 250] },
      { bbox: [0, 0, 100, 100], kps: [53, 54] },
    ];
    const figures = goldenFigures([{ photo: 'a', golden: [face, other], found }]);
    expect(figures.minIou).toBeCloseTo(0.9, 9);
    expect(figures.maxKpsPercent).toBeCloseTo(5, 9);
    expect(exceededLimits(figures)).toHaveLength(2);
  });

  it('takes angles around the circle', () => {
    const golden = [{ ...face, pose_pitch_yaw_roll: [0, 0, 179.8] }];
    const found = [{ bbox: face.bbox, kps: [50, 50], pose: [0.5, 0, -179.9] }];
    expect(goldenFigures([{ photo: 'a', golden, found }]).maxPoseError).toBeCloseTo(0.5, 9);
  });
});
