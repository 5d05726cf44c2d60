// Cuts out the best face of a photo, turned upright as recognition models want it: node align.mjs MODELS PHOTO OUT.png
import { writeFile } from 'node:fs/promises';
import { alignFace, FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { encodePng } from '@face-sets/fsz-export';
import { decodeImage } from '@face-sets/photos';

const [folder, photo, out] = process.argv.slice(2);
const analyzer = new FaceAnalyzer(await loadModels(folder));
const { image } = await decodeImage(photo);
const [face] = await analyzer.detect(image);
await writeFile(out, await encodePng(alignFace(image, face.kps)));
console.log('112×112');
