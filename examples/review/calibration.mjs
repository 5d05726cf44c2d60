// Draws how far apart pairs of one person and of different people are: node calibration.mjs OUT.svg
import { writeFile } from 'node:fs/promises';
import { calibrateThreshold } from '@face-sets/cluster';
import { calibrationPlot } from '@face-sets/review';

const spread = (from, to) => Array.from({ length: 200 }, (_, i) => from + ((to - from) * i) / 199);
const calibration = calibrateThreshold({ same: spread(0.1, 0.5), different: spread(0.6, 1.1) });
await writeFile(process.argv[2], calibrationPlot(calibration));
console.log(`suggested threshold ${calibration.suggested.threshold.toFixed(2)}`);
