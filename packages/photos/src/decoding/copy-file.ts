import { pathToFs } from '@face-sets/files';
import type { CopyFile } from '@face-sets/quality';
import { loadSharp } from '../load-sharp.js';

/** Formats that keep every pixel. */
const LOSSLESS = ['png', 'bmp', 'tiff', 'raw', 'gif'];

/** What the file of a photo says of it; `undefined` where sharp does not read its head. */
export async function copyFileOf(path: string): Promise<CopyFile | undefined> {
  try {
    const at = pathToFs(path);
    const sharp = await loadSharp();
    const { format, isPalette, exif } = await sharp(at).metadata();
    return {
      palette: format === 'gif' || isPalette === true,
      lossless: LOSSLESS.includes(format),
      exif: exif !== undefined && exif.length > 0,
    };
  } catch {
    return undefined;
  }
}
