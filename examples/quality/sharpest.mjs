// Orders pictures from sharp to blurry: node sharpest.mjs PHOTO…
import { decodeImage } from '@face-sets/photos';
import { laplacianVariance, toGray } from '@face-sets/quality';

const photos = [];
for (const path of process.argv.slice(2)) {
  const { image } = await decodeImage(path);
  photos.push({ path, variance: laplacianVariance(toGray(image)) });
}
photos.sort((a, b) => b.variance - a.variance);
for (const { path, variance } of photos) console.log(variance.toFixed(0), path);
