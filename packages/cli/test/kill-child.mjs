// Embeds or enriches a cache, and tells how far it is: a line with the photos dealt with, so that whoever kills this
// process knows how much work there was. Arguments: embed|enrich PHOTOS CACHE MODELS FLUSH_EVERY JOURNAL_LIMIT.
import { writeSync } from 'node:fs';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import {
  cacheSettings,
  embedLibrary,
  enrichCache,
  FaceAnalyzer,
  loadModels,
  photoPool,
} from '@face-sets/face-embed';

const [step, photos, path, dir, flushEvery, journalLimit] = process.argv.slice(2);
const models = await loadModels(dir, { threads: 1 });
const settings = await cacheSettings(new FaceAnalyzer(models), 'kill test');
const cache = await FaceCacheWriter.open(path, { ...settings, journalLimit: Number(journalLimit) });
const engine = photoPool(models, { workers: 2 });
const options = {
  flushEvery: Number(flushEvery),
  onProgress: ({ stage, done }) => stage !== 'listing' && writeSync(1, `${done}\n`),
};
if (step === 'embed') await embedLibrary([photos], cache, engine, options);
else await enrichCache(cache, engine, options);
writeSync(1, 'closing\n');
await cache.close();
await engine.close();
writeSync(1, 'closed\n');
