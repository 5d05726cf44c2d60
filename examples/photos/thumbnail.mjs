// A small upright copy of any photo, HEIC and raw files included: node thumbnail.mjs PHOTO OUT.jpg
import { decodeImage } from '@face-sets/photos';
import sharp from 'sharp';

const [photo, out] = process.argv.slice(2);
const { image, width, height, format } = await decodeImage(photo, { longSide: 256 });
const raw = { width: image.width, height: image.height, channels: 3 };
await sharp(image.data, { raw }).resize(256, 256, { fit: 'inside' }).jpeg().toFile(out);
console.log(`${format}, ${width}×${height}`);
