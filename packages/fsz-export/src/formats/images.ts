import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FacesetFormat } from './format.js';

const FOLDER = 'images';

/** A flat folder of the selected crops, best first, for tools that take pictures of a face. */
export const images: FacesetFormat<'images'> = {
  name: 'images',
  per: 'faceset',
  help: 'a folder of the best crops, best first',
  tools: ['FaceFusion', 'IP-Adapter', 'InstantID', 'Deep-Live-Cam', 'DeepFaceLab', 'faceswap'],
  alsoCalled: ['dfl', 'png', 'crops', 'faces'],
  examples: ['images/0000.png', 'images/0001.png'],
  folder: FOLDER,
  fileNames: /^\d+\.png$/,
  async write({ folder, faces, ranks }) {
    await mkdir(join(folder, FOLDER), { mode: 0o700 });
    const files: string[] = [];
    for (const [i, rank] of ranks.entries()) {
      const file = `${FOLDER}/${String(i).padStart(4, '0')}.png`;
      await copyFile(join(folder, faces[rank].file), join(folder, file), constants.COPYFILE_FICLONE);
      files.push(file);
    }
    return { exported: { files, ranks: [...ranks] } };
  },
};
