// Who is who in a face cache, with numbers that stay: node who-is-who.mjs FACES.npz
import { readFile, writeFile } from 'node:fs/promises';
import { readFaceCache } from '@face-sets/cache-npz';
import * as people from '@face-sets/people';

const [cachePath] = process.argv.slice(2);
const faces = people.facesOfCache(await readFaceCache(cachePath, { members: ['embedding', 'bbox'] }));
const { decisions } = await people.DecisionLog.open(`${cachePath}.decisions.jsonl`);
const earlier = await readFile('people.json', 'utf8').then(people.parsePeopleFile, () => null);
const found = await people.identify(faces, decisions, earlier);
await writeFile('people.json', people.formatPeopleFile(people.peopleFileOf(found, faces.names)));
for (const { number, rows } of found.people) console.log(`${number}: ${rows.length} faces`);
