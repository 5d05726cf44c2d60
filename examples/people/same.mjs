// Makes one person of two: node same.mjs FACES.npz NUMBER NUMBER
import { readFaceCache } from '@face-sets/cache-npz';
import { DecisionLog, describeDecision, facesOfCache, identify, personRef } from '@face-sets/people';

const [cachePath, ...numbers] = process.argv.slice(2);
const faces = facesOfCache(await readFaceCache(cachePath, { members: ['embedding', 'bbox'] }));
const log = await DecisionLog.open(`${cachePath}.decisions.jsonl`);
const before = await identify(faces, log.decisions, null);
const both = before.people.filter(({ number }) => numbers.includes(String(number)));
const people = both.map((person) => personRef(person, faces, before));
const [said] = await log.append([{ do: 'same', people }], 'cli');
console.log(describeDecision(said));
const { people: after } = await identify(faces, log.decisions, null);
console.log(`${after[0].number} ${after[0].name}: ${after[0].rows.length} faces`);
