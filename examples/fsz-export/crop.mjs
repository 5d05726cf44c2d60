// Cuts a square around a box out of a photo: node crop.mjs PHOTO OUT.png X1 Y1 X2 Y2
import { writeFile } from 'node:fs/promises';
import { encodePng, renderCrop } from '@face-sets/fsz-export';
import { decodeImage } from '@face-sets/photos';
import { cropRegion } from '@face-sets/quality';

const [photo, out, ...box] = process.argv.slice(2);
const { image } = await decodeImage(photo);
const crop = await renderCrop(image, cropRegion(box.map(Number)), { size: 512 });
await writeFile(out, await encodePng(crop));
console.log(`${crop.width}×${crop.height}`);
