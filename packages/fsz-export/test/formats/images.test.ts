import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { facesetFormats, isFormatFile } from '../../src/index.js';
import { facesetToWrite } from './faceset-to-write.js';

const [images] = facesetFormats(['images']);

it('The folder of pictures has the crops of the selected ranks, numbered without gaps', async () => {
  const faces = [0, 1, 2, 3].map(() => ({
    faces: [{ who: 0, bbox: [10, 10, 60, 70] as [number, number, number, number] }],
  }));
  const faceset = { ...(await facesetToWrite(faces)), ranks: [0, 2, 3] };
  expect(await images.write(faceset)).toEqual({
    exported: { files: ['images/0000.png', 'images/0001.png', 'images/0002.png'], ranks: [0, 2, 3] },
  });
  const folder = join(faceset.folder, 'images');
  const written = readdirSync(folder).sort();
  expect(written.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
    'crop 0',
    'crop 2',
    'crop 3',
  ]);
  for (const name of written) expect(isFormatFile(`faceset_001/images/${name}`)).toBe(true);
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
});
