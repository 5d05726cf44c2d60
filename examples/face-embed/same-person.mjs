// Whether the best faces of two photos are one person: node same-person.mjs MODELS PHOTO PHOTO
import { cosineDistance } from '@face-sets/cluster';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';

const [folder, ...photos] = process.argv.slice(2);
const analyzer = new FaceAnalyzer(await loadModels(folder));
const best = async (photo) => (await analyzer.analyze((await decodeImage(photo)).image))[0].embedding;
const distance = cosineDistance(await best(photos[0]), await best(photos[1]));
console.log(`${distance.toFixed(2)}: ${distance <= 0.55 ? 'one person' : 'two people'}`);
