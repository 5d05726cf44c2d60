// Writes arrays for NumPy: node write.mjs OUT.npz
import { writeNpz } from '@face-sets/npz/file';

await writeNpz(process.argv[2], {
  points: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
  names: { data: ['Ada', 'Åse', '顔'] },
  'notes.json': { bytes: Buffer.from('{"unit":"mm"}') },
});
console.log(`numpy.load(${JSON.stringify(process.argv[2])}, allow_pickle=False)["points"]`);
