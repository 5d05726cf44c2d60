// Splits a library among machines: each lists its own share: node shard.mjs FOLDER 1/3
import { listPhotos, parseShard } from '@face-sets/photos';

const [folder, share] = process.argv.slice(2);
let photos = 0;
for await (const _ of listPhotos([folder], { shard: parseShard(share) })) photos++;
console.log(`share ${share}: ${photos} photos`);
