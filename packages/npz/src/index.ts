export { namingFile } from './naming-file.js';
export { decodeNpy, encodeNpy, type NpyArray, type NpyInput } from './npy.js';
export type { NpyData } from './npy-dtype.js';
export { formatNpyHeader, NPY_HEADER_PREFIX, type ParsedNpyHeader, parseNpyHeader } from './npy-header.js';
export { decodeNpz, encodeMember, NPY_SUFFIX, type Npz, type NpzInput, type ReadNpzOptions } from './npz.js';
export { NpzBuilder } from './npz-builder.js';
export { NpyFormatError, NpzFormatError } from './npz-errors.js';
export { NpzReader, openNpz, readNpz, type WriteNpzOptions, writeNpz } from './npz-file.js';
