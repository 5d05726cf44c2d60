import type { ClusterManifest, RefineManifest } from '@face-sets/manifests';
import type { ReportModel } from './report-model.js';

/** What a report says of photos that could not be used, and of those that could not be placed. */
export function problemsOf({
  image_errors,
  file_errors,
}: Pick<ClusterManifest | RefineManifest, 'image_errors' | 'file_errors'>): ReportModel['problems'] {
  return [
    ...image_errors.map(({ source, error }) => ({ source, message: error })),
    ...file_errors.map(({ source, message }) => ({ source, message })),
  ];
}
