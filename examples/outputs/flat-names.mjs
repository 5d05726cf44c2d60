// Under which name each photo of a cache appears in every output: node flat-names.mjs FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';
import { safeDstName } from '@face-sets/outputs';

const { images } = await readFaceCache(process.argv[2], { members: [] });
for (const { path } of images) console.log(safeDstName(path));
