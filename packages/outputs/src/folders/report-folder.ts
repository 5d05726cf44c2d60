import { REPORT_PAGE } from '@face-sets/files';

/** The page's thumbnails, in the folder of an output. */
export const REPORT_FOLDER = '_report';

/** Whether an entry of an output folder is its report, which every step leaves alone. */
export function isReportEntry(name: string): boolean {
  return name === REPORT_PAGE || name === REPORT_FOLDER;
}
