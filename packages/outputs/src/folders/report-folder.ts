/** The page, in the folder of an output. */
export const REPORT_PAGE = 'report.html';
/** The page's thumbnails, in the folder of an output. */
export const REPORT_FOLDER = '_report';
/** What every page of ours has in its head: a `report.html` without it is someone else's. */
export const REPORT_MARK = '<meta name="generator" content="face-sets report">';

/** Whether an entry of an output folder is its report, which every step leaves alone. */
export function isReportEntry(name: string): boolean {
  return name === REPORT_PAGE || name === REPORT_FOLDER;
}
