// Gives a person a name for good: node name.mjs FACES.npz NUMBER NAME
import { readFaceCache } from '@face-sets/cache-npz';
import { DecisionLog, describeDecision, facesOfCache, identify, personRef } from '@face-sets/people';

const [cachePath, number, name] = process.argv.slice(2);
const faces = facesOfCache(await readFaceCache(cachePath, { members: ['embedding', 'bbox'] }));
const log = await DecisionLog.open(`${cachePath}.decisions.jsonl`);
const found = await identify(faces, log.decisions, null);
const person = found.people.find((one) => one.number === Number(number));
const [said] = await log.append([{ do: 'name', person: personRef(person, faces, found), name }], 'cli');
console.log(describeDecision(said));
