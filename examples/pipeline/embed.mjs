// Finds and embeds faces, saying how far it is; Ctrl-C stops in good order: node embed.mjs PHOTOS FACES.npz MODELS
import { embed } from '@face-sets/pipeline';

const [photos, cache, models] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const onEvent = (event) => {
  if (event.type === 'progress') console.error(`${event.stage} ${event.done}/${event.total}`);
};
const { cachedFaces } = await embed([photos], cache, { models, onEvent, signal: stop.signal });
console.log(`${cachedFaces} faces`);
