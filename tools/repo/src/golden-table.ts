import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { bboxBlur } from '@face-sets/quality';
import {
  exceededLimits,
  GOLDEN_LIMITS,
  GOLDEN_SETTINGS,
  type GoldenFigures,
  goldenAgreement,
  readGoldenFile,
} from '@face-sets/testing';

export interface GoldenTableOptions {
  /** JSON file of InsightFace's own results. */
  golden: string;
  /** Folder that the photo paths in it are relative to. */
  photos: string;
  /** Folder of the `.onnx` files that it was made with. */
  models: string;
}

/**
 * Runs the pipeline over every photo of a golden file and measures how far it agrees with it, per detector
 * setting. Embedding, landmarks, pose and blur are compared where the golden file has them.
 */
export async function goldenTable(options: GoldenTableOptions): Promise<Map<string, GoldenFigures>> {
  const golden = await readGoldenFile(options.golden);
  const analyzer = new FaceAnalyzer(await loadModels(options.models));
  const table = new Map<string, GoldenFigures>();
  for (const setting of Object.keys(GOLDEN_SETTINGS)) {
    const figures = await goldenAgreement(golden, setting, options.photos, {
      decode: async (path) => (await decodeImage(path)).image,
      detect: (image, detecting) => analyzer.detect(image, detecting),
      analyze: (image, detecting) => analyzer.analyze(image, detecting),
      landmarks: (image, bbox) => analyzer.landmarks(image, bbox),
      blur: bboxBlur,
    });
    if (figures.photos > 0) table.set(setting, figures);
  }
  return table;
}

/** The table as text, with the limits beside the figures. */
export function formatGoldenTable(table: ReadonlyMap<string, GoldenFigures>): string {
  const rows: [string, (figures: GoldenFigures) => number | null, string][] = [
    ['photos', (f) => f.photos, ''],
    ['faces in the golden file', (f) => f.faces, ''],
    ['photos with another number of faces', (f) => f.unequalCounts.length, '0'],
    ['bbox IoU, least', (f) => f.minIou, `>= ${GOLDEN_LIMITS.minIou}`],
    ['kps error, % of bbox width, worst', (f) => f.maxKpsPercent, `<= ${GOLDEN_LIMITS.maxKpsPercent}`],
    ['embedding cosine, least', (f) => f.minCosine, `>= ${GOLDEN_LIMITS.minCosine}`],
    ['embedding cosine, median', (f) => f.medianCosine, `>= ${GOLDEN_LIMITS.medianCosine}`],
    ['pose error, degrees, worst', (f) => f.maxPoseError, `<= ${GOLDEN_LIMITS.maxPoseError}`],
    [
      'landmark_2d_106 error, px, mean',
      (f) => f.meanLandmark2dError,
      `<= ${GOLDEN_LIMITS.meanLandmark2dError}`,
    ],
    [
      'landmark_3d_68 error, px, mean',
      (f) => f.meanLandmark3dError,
      `<= ${GOLDEN_LIMITS.meanLandmark3dError}`,
    ],
    ['blur error, relative, median', (f) => f.medianBlurError, `<= ${GOLDEN_LIMITS.medianBlurError}`],
  ];
  const settings = [...table.keys()];
  const lines = [['', ...settings, 'limit']];
  for (const [label, figure, limit] of rows) {
    const values = settings.map((setting) => {
      const value = figure(table.get(setting)!);
      if (value === null) return '-';
      return Number.isInteger(value) ? String(value) : value.toPrecision(6);
    });
    lines.push([label, ...values, limit]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { golden: { type: 'string' }, photos: { type: 'string' }, models: { type: 'string' } },
  });
  const { golden, photos, models } = values;
  if (!golden || !photos || !models) {
    console.error('usage: npm run goldens -- --golden FILE.json --photos DIR --models DIR');
    process.exitCode = 2;
    return;
  }
  const table = await goldenTable({ golden, photos, models });
  console.log(formatGoldenTable(table));
  for (const [setting, figures] of table) {
    for (const line of exceededLimits(figures)) {
      console.error(`${setting}: ${line}`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
