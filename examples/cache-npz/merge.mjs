// Unites caches of several machines: node merge.mjs OUT.npz CACHE.npz…
import { cacheDigest, mergeFaceCaches } from '@face-sets/cache-npz';

const [out, ...caches] = process.argv.slice(2);
const { images, faces, united } = await mergeFaceCaches(caches, out, 'merge example');
console.log(`${images} photos, ${faces} faces; ${united} photos were in several caches`);
console.log((await cacheDigest(out)).slice(0, 16));
