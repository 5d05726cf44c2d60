// What a listing leaves out, and why: node left-out.mjs FOLDER
import { listPhotos } from '@face-sets/photos';

let photos = 0;
const listing = listPhotos([process.argv[2]], {
  onSideFile: ({ path, kind }) => console.log(`${path}: ${kind}`),
  onPassedOver: ({ path, extension }) => console.log(`${path}: .${extension} is not read`),
  onProblem: ({ path, message }) => console.log(`${path}: ${message}`),
});
for await (const _ of listing) photos++;
console.log(`${photos} photos`);
