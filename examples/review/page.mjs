// The page of an output, without thumbnails: node page.mjs FACESETS
import { writeReport } from '@face-sets/review';

const { path, people, faces } = await writeReport(process.argv[2]);
console.log(`${path}: ${people} people, ${faces} faces`);
