// Which copy of a photo to keep, and why: node best-copy.mjs COPY COPY…
import { stat } from 'node:fs/promises';
import { decodeImage } from '@face-sets/photos';
import { bestCopy, copyTraits, laplacianVariance, sharpnessScore, toGray } from '@face-sets/quality';

const describe = async (source) => {
  const { image, width, height } = await decodeImage(source);
  const sharpness = sharpnessScore(laplacianVariance(toGray(image)), Math.min(width, height));
  const traits = copyTraits(image, { x: 0, y: 0, width, height });
  return { source, width, height, bytes: (await stat(source)).size, sharpness, traits };
};
const copies = await Promise.all(process.argv.slice(2).map(describe));
const { best, why } = bestCopy(copies);
console.log(`keep ${copies[best].source}: ${why}`);
