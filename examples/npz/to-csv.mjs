// A matrix of a .npz as CSV: node to-csv.mjs FILE.npz ARRAY
import { readNpz } from '@face-sets/npz/file';

const [file, name] = process.argv.slice(2);
const { arrays } = await readNpz(file, { only: [name] });
const { array, shape } = arrays[name];
for (let row = 0; row < shape[0]; row++) {
  console.log(Array.from({ length: shape[1] }, (_, col) => array.get(row, col)).join(','));
}
