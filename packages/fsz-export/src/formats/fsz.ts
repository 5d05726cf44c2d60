import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceSelection, SwapBundle } from '@face-sets/manifests';
import { writeFsz } from '../fsz/write-fsz.js';
import type { FacesetFormat } from './format.js';

/** Bundles of crops that roop-unleashed loads (https://github.com/C0untFloyd/roop-unleashed); see {@link writeFsz}. */
export const fsz: FacesetFormat<'fsz'> = {
  name: 'fsz',
  per: 'faceset',
  help: 'bundles of crops, best first',
  tools: ['roop-unleashed', 'roop'],
  alsoCalled: ['.fsz', 'faceset'],
  examples: ['faceset_001_top30.fsz', 'faceset_001_all.fsz'],
  fileNames: /^[^/]+\.fsz$/,
  filesOfPerson: bundleFiles,
  async write({ folder, stem, faces, selections }) {
    const files = bundleFiles(stem, selections);
    const bundles = await Promise.all(
      selections.map(async ({ ranks }, i): Promise<SwapBundle> => {
        const pngs = ranks.map((rank) => () => readFile(join(folder, faces[rank].file)));
        return { file: files[i], faces: ranks.length, ...(await writeFsz(join(folder, files[i]), pngs)) };
      }),
    );
    return { bundles };
  },
};

function bundleFiles(stem: string, selections: readonly FaceSelection[]): string[] {
  return selections.map(({ name }) => `${stem}_${name}.fsz`);
}
