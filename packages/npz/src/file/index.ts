export { namingFile } from './naming-file.js';
export { NpzBuilder } from './npz-builder.js';
export { openNpz, readNpz, type WriteNpzOptions, writeNpz } from './npz-file.js';
export { NpzReader } from './npz-reader.js';
