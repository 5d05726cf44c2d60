import type { FacesetPlan } from '@face-sets/fsz-export';
import type { ExportProgress } from './export-swap-input.js';

/** Counts more faces and facesets as done, and says so. */
export type ReportDone = (faces: number, facesets: number) => void;

/** Says that an export begins, and returns what counts its progress. */
export function startProgress(
  plans: readonly FacesetPlan[],
  onProgress: ((progress: ExportProgress) => void) | undefined,
): ReportDone {
  const progress: ExportProgress = {
    facesets: 0,
    totalFacesets: plans.length,
    faces: 0,
    totalFaces: plans.reduce((sum, plan) => sum + plan.faces.length, 0),
  };
  const report: ReportDone = (faces, facesets) => {
    progress.faces += faces;
    progress.facesets += facesets;
    onProgress?.({ ...progress });
  };
  report(0, 0);
  return report;
}
