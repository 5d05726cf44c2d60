// Embeds a library into a cache, and goes on where it was stopped: node library.mjs MODELS PHOTOS FACES.npz
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { cacheSettings, embedLibrary, FaceAnalyzer, loadModels, photoEngine } from '@face-sets/face-embed';

const [models, photos, file] = process.argv.slice(2);
const analyzer = new FaceAnalyzer(await loadModels(models));
const cache = await FaceCacheWriter.open(file, await cacheSettings(analyzer, 'library example'));
const { embedded, failures } = await embedLibrary([photos], cache, photoEngine(analyzer));
await cache.close();
console.log(`${embedded} photos, ${failures.length} could not be used`);
