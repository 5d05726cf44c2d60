/**
 * What decisions cost: who is who with decisions, beside plain clustering of the same faces, and one more decision on a
 * known collection, in one run. After `npm run build`:
 *
 *   node packages/people/bench/identify.mjs [--faces 100000] [--decisions 10000]
 *
 * Prints times of wall clock and processor, and their ratio; ends with code 1 where the ratio of processor times is above
 * 1.15 or one more decision takes more than a second. Other work on the machine disturbs times.
 */
import { parseArgs } from 'node:util';
import { agglomerative, mergeCentroids, wasmSimilarity } from '@face-sets/cluster';
import { generateFaces, seeded } from '../../cluster/bench/faces.mjs';
import {
  findContradiction,
  formatPeopleFile,
  identify,
  parsePeopleFile,
  peopleFileOf,
  personRef,
} from '../dist/index.js';

const LIMIT = 1.15;
const { values } = parseArgs({
  options: { faces: { type: 'string', default: '100000' }, decisions: { type: 'string', default: '10000' } },
});
const rows = Number(values.faces);
const { identity, ...embeddings } = generateFaces(rows, { seed: 5 });
const names = Array.from(
  { length: rows },
  (_, row) => `${row.toString(16).padStart(16, '0')}@0.100,0.100,0.200,0.200`,
);
const faces = { names, embeddings };
const similarity = wasmSimilarity();

async function timed(what, work) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = { wall: (performance.now() - wall) / 1000, cpu: (user + system) / 1e6 };
  console.log(`${what.padEnd(34)} ${seconds.wall.toFixed(2)} s, processor ${seconds.cpu.toFixed(2)} s`);
  return { result, seconds };
}

const plain = await timed('plain clustering', async () => {
  const labels = await agglomerative(embeddings, { threshold: 0.55, similarity });
  return mergeCentroids(embeddings, labels, { threshold: 0.4, similarity });
});
const found = await identify(faces, [], null, {
  similarity,
  cluster: async () => plain.result,
  mergeThreshold: 0,
});

const random = seeded(9);
const pick = (items) => items[Math.floor(random() * items.length)];
const people = found.people.filter(({ rows }) => rows.length > 1);
const ref = (person) => personRef(person, faces, found);
const decisions = [];
for (let at = 0; decisions.length < Number(values.decisions); at++) {
  const [a, b] = [pick(people), pick(people)];
  if (a === b) continue;
  const saying = [
    { do: 'name', person: ref(a), name: `Person ${identity[a.rows[0]]}` },
    { do: 'different', people: [ref(a), ref(b)] },
    { do: 'is', faces: [names[pick(a.rows)]], person: ref(a) },
    { do: 'isnt', faces: [names[pick(a.rows)]], person: ref(b) },
    { do: 'isnt', faces: [names[pick(a.rows)]], person: ref(a) },
  ][at % 5];
  decisions.push({ id: `d${decisions.length + 1}`, at: '2026-01-31T12:00:00.000Z', by: 'cli', ...saying });
}
await timed('looking for contradictions', async () => findContradiction(decisions));
const options = { similarity, cannotLink: false };
const decided = await timed(`with ${decisions.length} decisions`, () =>
  identify(faces, decisions, null, options),
);
const ratio = decided.seconds.cpu / plain.seconds.cpu;
console.log(`ratio of processor times ${ratio.toFixed(3)} (at most ${LIMIT})`);
if (ratio > LIMIT) process.exitCode = 1;

const text = formatPeopleFile(peopleFileOf(decided.result, names));
const more = [...decisions, { ...decisions[0], id: 'more', name: 'Someone else' }];
const again = await timed('one more, people.json read, written', async () => {
  const next = await identify(faces, more, parsePeopleFile(text), options);
  return formatPeopleFile(peopleFileOf(next, names)).length;
});
if (again.seconds.wall > 1) process.exitCode = 1;
