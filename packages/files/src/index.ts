export { AtomicFile } from './atomic-file.js';
export { ForeignFileError, OutputFolderError, UnreadablePathError } from './file-errors.js';
export { isNotFound, readFully, removeIfThere, syncFolder, writeFully } from './file-io.js';
export { pathFromBytes, pathToFs } from './file-path.js';
export { fileSha256 } from './file-sha256.js';
export { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.js';
export { forEachLimit } from './for-each-limit.js';
export { nullIfMissing, readFileIfThere } from './if-there.js';
export { type OwnFile, ownJson, requireOwnFile, writeOwnFile } from './own-file.js';
export { OUTPUT_MANIFESTS, REPORT_MARK, REPORT_PAGE, UNFINISHED_FILE } from './own-output.js';
export { readRegularFile } from './read-file.js';
export { isRealFile, isRealPath, makeRealFolder, requireRealFolder } from './real-folder.js';
export { realPathOf } from './real-path.js';
export { isMissing, type RecordedContent, type SourceState, sourceState } from './source-state.js';
export { errorCode, errorText, isSystemError, reasonText, systemErrorLine } from './system-error.js';
export { WindowReader } from './window-reader.js';
export { workerFile } from './worker-file.js';
export {
  TEMP_PREFIX,
  tempBeside,
  type WriteFileOptions,
  writeFileAtomic,
  writeFileAtomicWith,
} from './write-file-atomic.js';
