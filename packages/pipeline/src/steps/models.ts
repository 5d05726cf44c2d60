import { existsSync } from 'node:fs';
import {
  DEFAULT_PACK,
  findModels,
  MODEL_PACKS,
  type ModelFolder,
  type ModelRole,
  packFolders,
} from '@face-sets/face-embed';

/** A known model pack. */
export interface ListedPack {
  name: string;
  /** What its models do. */
  roles: readonly ModelRole[];
  /** Size of the download; null where it is not known. */
  bytes: number | null;
  /** Where it is downloaded from. */
  url: string;
  /** Its folder on this machine; null where it is not installed. */
  folder: string | null;
}

/** The known model packs, and which of them are installed. */
export function listModels(): ListedPack[] {
  return MODEL_PACKS.map(({ name, roles, size, url }) => ({
    name,
    roles,
    bytes: size ?? null,
    url,
    folder: packFolders(name).find((folder) => existsSync(folder)) ?? null,
  }));
}

/** Options of {@link modelPaths}. */
export interface ModelPathsOptions {
  /** Folder of `.onnx` files. Default: FACE_SETS_MODELS, `~/.insightface`, user cache. */
  models?: string;
  /** Model pack. @default 'buffalo_l' */
  pack?: string;
}

/**
 * The model folder that steps with the same options would use, and its files.
 *
 * @throws ModelsNotFoundError where there is none
 */
export function modelPaths({ models, pack = DEFAULT_PACK }: ModelPathsOptions = {}): Promise<ModelFolder> {
  return findModels({ dir: models, pack, roles: [] });
}
