// Photos that could not be read, each with the reason: node unreadable.mjs FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';

const { images } = await readFaceCache(process.argv[2], { members: [] });
const failed = images.filter(({ status }) => status === 'error');
for (const { path, error } of failed) console.log(`${path}: ${error}`);
console.log(`${failed.length} of ${images.length} photos`);
