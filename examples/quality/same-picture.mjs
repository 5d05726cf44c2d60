// How many of 64 bits two pictures differ in; copies differ in 10 or fewer: node same-picture.mjs PHOTO PHOTO
import { decodeImage } from '@face-sets/photos';
import { hashDistance, perceptualHash } from '@face-sets/quality';

const [a, b] = await Promise.all(
  process.argv.slice(2, 4).map(async (path) => {
    const { image } = await decodeImage(path, { longSide: 256 });
    return perceptualHash(image, [0, 0, image.width, image.height]);
  }),
);
const bits = hashDistance(a, b);
console.log(`${bits} of 64 bits differ: ${bits <= 10 ? 'the same picture' : 'different pictures'}`);
