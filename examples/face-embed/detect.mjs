// The faces of photos: node detect.mjs MODELS PHOTO…
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';

const [folder, ...photos] = process.argv.slice(2);
const analyzer = new FaceAnalyzer(await loadModels(folder));
for (const photo of photos) {
  for (const { bbox, detScore } of await analyzer.detect((await decodeImage(photo)).image)) {
    console.log(photo, detScore.toFixed(2), Array.from(bbox, Math.round).join(' '));
  }
}
