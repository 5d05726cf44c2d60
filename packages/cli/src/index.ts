export { buildProgram, runCli, VERSION } from './program.js';
