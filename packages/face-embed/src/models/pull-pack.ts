import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorText, fileSha256, nullIfMissing } from '@face-sets/files';
import { DownloadError, type DownloadOptions, downloadFile } from './download-file.js';
import { type FindModelsOptions, ModelFolderError, packFolders, readModelFolder } from './find-models.js';
import { findPack, MODEL_PACKS } from './model-packs.js';
import type { ModelPack } from './packs/model-pack.js';
import { UnpackError, unpackModels } from './unpack-models.js';

export interface PullPackOptions extends DownloadOptions, Pick<FindModelsOptions, 'env' | 'home'> {
  /** Folder that the `.onnx` files are put into. Default: the pack's folder in the user cache folder. */
  dir?: string;
}

/** A pack that could not be fetched. The message is one line that says what to fetch and where to put it. */
export class PullPackError extends Error {
  override name = 'PullPackError';
}

/**
 * Downloads a model pack and puts its `.onnx` files into a folder, which appears only when everything has been
 * checked: the zip's SHA-256 where it is known, else its CRCs, and each file's SHA-256 where known. An
 * interrupted download (`<folder>.zip.part`) is resumed by the next call. A pack that is there already is left
 * as it is.
 *
 * Show the user the pack's `license` before.
 *
 * @param pack name of a pack of `MODEL_PACKS`, or a pack of one's own
 * @returns absolute path of the folder
 * @throws {PullPackError} when the pack is unknown, cannot be downloaded, or is not what it should be.
 */
export async function pullPack(pack: string | ModelPack, options: PullPackOptions = {}): Promise<string> {
  const { name, url, size, sha256, files, roles } = typeof pack === 'string' ? packByName(pack) : pack;
  const dir = resolve(options.dir ?? packFolders(name, options).at(-1)!);
  if (await isFilledFolder(dir)) {
    await readModelFolder(dir, { pack: name, roles });
    return dir;
  }
  const parent = dirname(dir);
  await mkdir(parent, { recursive: true });
  const part = `${dir}.zip.part`;
  try {
    await downloadFile(url, part, options);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw new PullPackError(
      `${error.message}; run again to continue, or download ${url} another way and unpack its .onnx files into ${dir}`,
    );
  }
  const unpacked = await mkdtemp(join(parent, `.${basename(dir)}-`));
  try {
    await verify(part, 'the zip', { size, sha256 });
    const names = await unpackModels(part, unpacked);
    for (const file of files ?? []) {
      if (!names.includes(file.name)) throw new PullPackError(`it lacks ${file.name}`);
      await verify(join(unpacked, file.name), file.name, file);
    }
    await readModelFolder(unpacked, { pack: name, roles });
    // An empty folder may be in the way.
    await rmdir(dir).catch(() => {});
    await rename(unpacked, dir);
  } catch (error) {
    await rm(unpacked, { recursive: true, force: true });
    const unusable =
      error instanceof PullPackError || error instanceof UnpackError || error instanceof ModelFolderError;
    if (!unusable) throw error;
    await rm(part, { force: true });
    throw new PullPackError(
      `what was downloaded from ${url} is not the pack ${name}, or is damaged: ${error.message}; ` +
        'it was removed; run again to download it again',
    );
  }
  await rm(part, { force: true });
  return dir;
}

function packByName(name: string): ModelPack {
  const pack = findPack(name);
  if (pack) return pack;
  const known = MODEL_PACKS.map((one) => one.name).join(', ');
  throw new PullPackError(`there is no model pack named "${name}"; known packs: ${known}`);
}

/** @throws {PullPackError} when size or hash are known and differ. */
async function verify(
  path: string,
  what: string,
  expected: { size?: number; sha256?: string },
): Promise<void> {
  const { size } = await stat(path);
  if (expected.size !== undefined && size !== expected.size) {
    throw new PullPackError(`${what} is ${size} bytes long, expected ${expected.size}`);
  }
  if (expected.sha256 === undefined) return;
  const sha256 = await fileSha256(path);
  if (sha256 !== expected.sha256) {
    throw new PullPackError(`the SHA-256 of ${what} is ${sha256}, expected ${expected.sha256}`);
  }
}

async function isFilledFolder(dir: string): Promise<boolean> {
  const names = await nullIfMissing(dir, readdir(dir)).catch((error: unknown) => {
    throw new PullPackError(errorText(error), { cause: error });
  });
  return names !== null && names.length > 0;
}
