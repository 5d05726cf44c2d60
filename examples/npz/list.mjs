// What is in a .npz, without reading it all: node list.mjs FILE.npz
import { openNpz } from '@face-sets/npz/file';

const npz = await openNpz(process.argv[2]);
for (const name of npz.names) {
  const { dtype, shape } = npz.isArray(name) ? await npz.read(name) : { dtype: 'file', shape: [] };
  console.log(name, dtype, shape.join('×'), `${npz.sizeOf(name)} bytes`);
}
await npz.close();
