// What a face cache holds: node summary.mjs FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';

const { images, faceCount, dim, enriched, meta } = await readFaceCache(process.argv[2], { members: [] });
const count = (status) => images.filter((image) => image.status === status && !image.superseded).length;
console.log(`${count('faces')} photos with faces, ${count('noface')} without, ${count('error')} unreadable`);
console.log(`${faceCount} faces of ${dim} numbers, ${enriched.reduce((a, b) => a + b, 0)} with landmarks`);
console.log(`made with ${meta.models.recognition.name}`);
