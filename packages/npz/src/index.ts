export { encodeNpy } from './encode-npy.js';
export { decodeNpy, type NpyArray, type NpyInput } from './npy.js';
export type { NpyData } from './npy-dtype.js';
export { formatNpyHeader, NPY_HEADER_PREFIX, type ParsedNpyHeader, parseNpyHeader } from './npy-header.js';
export {
  decodeNpz,
  type EncodeNpzOptions,
  encodeMember,
  encodeNpz,
  NPY_SUFFIX,
  type Npz,
  type NpzInput,
  type NpzInputs,
  type ReadNpzOptions,
  readZip,
} from './npz.js';
export { NpyFormatError, NpzFormatError } from './npz-errors.js';
export { ZipDirectoryWriter } from './zip-directory-writer.js';
export { formatLocalHeader } from './zip-headers.js';
export { STORED, type ZipEntry } from './zip-records.js';
