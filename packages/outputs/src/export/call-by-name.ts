import { join } from 'node:path';
import { firstLine } from '@face-sets/fsz-export';
import type { SwapFacesetManifest } from '@face-sets/manifests';
import type { LocatedFaceset } from '../folders/faceset-folders.js';
import { givenName } from '../folders/faceset-names.js';
import { readNameFile, writeNameFile } from '../folders/name-file.js';
import { renameBundles } from './rename-bundles.js';

/** A faceset that is in its place, or has no faces. */
export interface PlacedFaceset {
  folder: string;
  manifest: SwapFacesetManifest;
  /** Whether an export made it, or found its crops right; undefined where it had nothing to do, or no face is left. */
  crops?: 'written' | 'unchanged';
  /** Whether its files got another name, since the person has. */
  renamed?: boolean;
}

/**
 * Gives the files of a finished faceset the name that its person has now.
 *
 * @param nameFile What the owner has written for this person elsewhere: put there where there is no text of the owner's.
 */
export async function callByName(
  out: string,
  faceset: Pick<LocatedFaceset, 'folder' | 'manifest' | 'linked'>,
  nameFile: Uint8Array | null = null,
): Promise<PlacedFaceset> {
  const { folder, linked } = faceset;
  const { id, label } = faceset.manifest;
  const path = join(out, folder);
  const { state } = await readNameFile(path, label);
  if (nameFile && !linked && (state === 'ours' || state === 'none')) {
    await writeNameFile(path, { id, bytes: nameFile });
  }
  const name = (await givenName(out, { folder, id })) ?? labelName(label);
  const manifest = await renameBundles(out, faceset, name);
  return manifest ? { folder, manifest, renamed: true } : { folder, manifest: faceset.manifest };
}

/** What a label calls someone; null where there is none. */
export function labelName(label: string | undefined): string | null {
  return label === undefined ? null : firstLine(label);
}
