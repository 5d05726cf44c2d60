import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { errorText, nullIfMissing } from '@face-sets/files';
import { DEFAULT_PACK, findPack } from './model-packs.js';
import { type ModelRole, modelRole } from './model-router.js';
import { OnnxFormatError } from './onnx-graph.js';
import { userCacheFolder } from './user-cache-folder.js';

/** A folder of `.onnx` files with the role of each. */
export interface ModelFolder {
  /** Absolute path of the folder that holds the files. */
  dir: string;
  /** Absolute path of the file of each role that was found. */
  files: Partial<Record<ModelRole, string>>;
  /** One line for each `.onnx` file that is not used, with the reason. */
  notes: string[];
}

/** No usable models were found. */
export class ModelsNotFoundError extends Error {
  override name = 'ModelsNotFoundError';
  /** Stable, for programs. */
  readonly code = 'ERR_MODELS_NOT_FOUND';
  constructor(
    message: string,
    /** Folders that were looked at, in order. */
    readonly searched: readonly string[],
    /** The pack that was looked for in them; missing where a folder was given that is not there. */
    readonly pack?: string,
  ) {
    super(message);
  }
}

/** A model folder is there but cannot be used: a role is missing, or two files claim it. */
export class ModelFolderError extends Error {
  override name = 'ModelFolderError';
}

export interface FindModelsOptions {
  /** Folder given by the user. Nothing else is looked at then. */
  dir?: string;
  /** Name of the pack to look for. Default `buffalo_l`. */
  pack?: string;
  /** Roles that must be there. Default: detection and recognition. */
  roles?: readonly ModelRole[];
  /** Environment to read `FACE_SETS_MODELS`, `XDG_CACHE_HOME` and `LOCALAPPDATA` from. Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Home folder. Default: the user's. */
  home?: string;
}

/**
 * Finds the models: the folder given, else `FACE_SETS_MODELS`, else `~/.insightface/models/<pack>` (shared with
 * InsightFace for Python), else the user cache folder. The first two must hold what is needed; of the other
 * two, the first that holds what is needed is taken. `FACE_SETS_MODELS` and the folder given may be the folder of `.onnx`
 * files itself or a folder that holds one named after the pack.
 *
 * @throws {ModelsNotFoundError} when none of the folders holds what is needed.
 * @throws {ModelFolderError} when a folder lacks a role or two of its files have the same one.
 */
export async function findModels(options: FindModelsOptions = {}): Promise<ModelFolder> {
  const env = options.env ?? process.env;
  const pack = options.pack ?? DEFAULT_PACK;
  const roles = options.roles ?? ['detection', 'recognition'];
  const chosen = options.dir ?? (env.FACE_SETS_MODELS || undefined);
  if (chosen !== undefined) {
    const dir = resolve(chosen);
    const from = options.dir === undefined ? 'FACE_SETS_MODELS' : 'the model folder';
    if (!(await isFolder(dir))) {
      throw new ModelsNotFoundError(`${from} is ${dir}, but there is no such folder`, [dir]);
    }
    return readModelFolder(dir, { roles, pack });
  }
  const searched = packFolders(pack, options);
  const unusable: string[] = [];
  for (const dir of searched) {
    try {
      if (!(await isFolder(dir))) continue;
      return await readModelFolder(dir, { roles, pack });
    } catch (error) {
      // An empty or half-filled folder must not hide a whole one.
      if (!(error instanceof ModelFolderError)) throw error;
      unusable.push(error.message);
    }
  }
  throw new ModelsNotFoundError(
    `the model pack ${pack} was not found in ${searched.join(' or ')}` +
      `${unusable.length > 0 ? ` (${unusable.join('; ')})` : ''}; ` +
      'download it, or give a folder of .onnx files',
    searched,
    pack,
  );
}

/**
 * Where a pack may be when no folder is given: InsightFace's folder, then the user cache folder (which is where
 * it is downloaded to).
 */
export function packFolders(pack: string, options: Pick<FindModelsOptions, 'env' | 'home'> = {}): string[] {
  const home = options.home ?? homedir();
  return [
    join(home, '.insightface', 'models', pack),
    join(userCacheFolder(options.env ?? process.env, home), 'models', pack),
  ];
}

/**
 * Reads which role each `.onnx` file of a folder has. Where the folder itself holds none, a folder in it is
 * taken: the one named after the pack, else the only one that holds some (as in InsightFace's antelopev2.zip).
 *
 * @param options.roles roles that must be there; default none
 * @param options.pack name of the pack: settles which folder is meant, and named in errors
 * @throws {ModelFolderError} when there is no such folder or no `.onnx` file in it, a role of `roles` is missing,
 * or two files have the same role.
 */
export async function readModelFolder(
  folder: string,
  options: { roles?: readonly ModelRole[]; pack?: string } = {},
): Promise<ModelFolder> {
  const { roles = [], pack } = options;
  if (!(await isFolder(folder))) {
    throw new ModelFolderError(`${resolve(folder)} is not a folder; expected a folder of .onnx files`);
  }
  const { dir, names } = await folderWithModels(resolve(folder), pack);
  const files: ModelFolder['files'] = {};
  const notes: string[] = [];
  for (const name of names) {
    const path = join(dir, name);
    const role = await modelRole(path).catch((error: unknown) => {
      if (!(error instanceof OnnxFormatError)) throw error;
      notes.push(`${name} is ignored: ${error.message}`);
      return undefined;
    });
    if (role === undefined) continue;
    if (role === null) {
      notes.push(`${name} is ignored: its inputs and outputs match no known model`);
    } else if (files[role] !== undefined) {
      throw new ModelFolderError(
        `${dir} holds two models for ${role}: ${basename(files[role])} and ${name}; ` +
          'keep one of them in the folder, or put each set of models into a folder of its own',
      );
    } else files[role] = path;
  }
  const missing = roles.filter((role) => files[role] === undefined);
  if (missing.length > 0) {
    const found = Object.entries(files).map(([role, path]) => `${role} (${basename(path)})`);
    const known = pack === undefined ? undefined : findPack(pack);
    const lacks = known !== undefined && missing.some((role) => !known.roles.includes(role));
    throw new ModelFolderError(
      `${dir} holds no model for ${missing.join(', ')}; found: ${found.join(', ') || 'no known model'}` +
        `${notes.length > 0 ? ` (${notes.join('; ')})` : ''}; ` +
        (lacks ? `the pack ${pack} does not have it: use another pack` : 'add the missing .onnx file'),
    );
  }
  return { dir, files, notes };
}

async function folderWithModels(dir: string, pack?: string): Promise<{ dir: string; names: string[] }> {
  const own = await onnxFiles(dir);
  if (own.length > 0) return { dir, names: own };
  const children: { dir: string; names: string[] }[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const names = await onnxFiles(join(dir, entry.name));
    if (names.length > 0) children.push({ dir: join(dir, entry.name), names });
  }
  const named = children.find((child) => basename(child.dir) === pack);
  if (named) return named;
  if (children.length === 1) return children[0];
  if (children.length > 1) {
    throw new ModelFolderError(
      `${dir} holds several folders of models (${children.map((child) => basename(child.dir)).join(', ')}), ` +
        `none named ${pack ?? 'after a pack'}; name one of them`,
    );
  }
  throw new ModelFolderError(`${dir} holds no .onnx file; expected the models of a pack`);
}

async function onnxFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir);
  return names.filter((name) => /\.onnx$/i.test(name) && !name.startsWith('.')).sort();
}

/** @throws {ModelFolderError} when the system does not say whether there is a folder. */
async function isFolder(path: string): Promise<boolean> {
  const entry = await nullIfMissing(path, stat(path)).catch((error: unknown) => {
    throw new ModelFolderError(errorText(error), { cause: error });
  });
  return entry?.isDirectory() ?? false;
}
