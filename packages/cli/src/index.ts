export { buildProgram, runCli } from './program.js';
export { VERSION } from './version.js';
