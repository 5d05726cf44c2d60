// The photos below folders, as every step lists them: node list.mjs FOLDER…
import { listPhotos } from '@face-sets/photos';

let bytes = 0;
for await (const { path, size } of listPhotos(process.argv.slice(2))) {
  bytes += size;
  console.log(path);
}
console.log(`${bytes} bytes`);
