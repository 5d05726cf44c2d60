// Photos to facesets: node run.mjs PHOTOS OUT MODELS
import { run } from '@face-sets/pipeline';

const [photos, out, models] = process.argv.slice(2);
const { embed, exportSwap } = await run([photos], { out, models, minFaces: 3, report: false });
console.log(`${embed.embedded} photos`, exportSwap.summary);
