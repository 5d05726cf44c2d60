export { CALIBRATION_PLOT, calibrationPlot, type PlottedCalibration } from './calibration-plot.js';
export { outputKind, type WriteReportOptions, type WrittenReport, writeReport } from './report.js';
export { erasVerdict } from './report-eras.js';
export type { ReportFace, ReportGroup, ReportKind, ReportModel, ReportProblem } from './report-model.js';
export type { ReportLink } from './report-page.js';
export type { ReportDecoder, ReportPhoto, ThumbnailCounts } from './report-thumbnails.js';
