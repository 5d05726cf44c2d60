export { pythonWith } from './python.js';
export { sharedPath } from './shared.js';
export { tempDir } from './temp.js';
