import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const TILE = 180;
const COLUMNS = 10;

/**
 * Writes the PNG crops of a folder as one picture, to be looked at.
 *
 * @param names Starts of the files' names.
 */
export async function contactSheet(folder: string, file: string, names: readonly string[]): Promise<void> {
  const crops = readdirSync(folder)
    .filter((name) => name.endsWith('.png') && names.some((start) => name.startsWith(`${start}-`)))
    .sort();
  const rows = Math.ceil(crops.length / COLUMNS);
  const tiles = await Promise.all(
    crops.map(async (name, i) => ({
      input: await sharp(join(folder, name)).resize(TILE, TILE).toBuffer(),
      left: (i % COLUMNS) * TILE,
      top: Math.floor(i / COLUMNS) * TILE,
    })),
  );
  await sharp({ create: { width: COLUMNS * TILE, height: rows * TILE, channels: 3, background: '#fff' } })
    .composite(tiles)
    .png()
    .toFile(join(folder, file));
}
