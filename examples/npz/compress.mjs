// Rewrites a .npz with its members compressed, as numpy.savez_compressed does: node compress.mjs FILE.npz OUT.npz
import { stat } from 'node:fs/promises';
import { readNpz, writeNpz } from '@face-sets/npz/file';

const [from, to] = process.argv.slice(2);
const { arrays, files } = await readNpz(from);
const raw = Object.entries(files).map(([name, bytes]) => [name, { bytes }]);
await writeNpz(to, { ...arrays, ...Object.fromEntries(raw) }, { compressed: true });
console.log(`${(await stat(from)).size} → ${(await stat(to)).size} bytes`);
