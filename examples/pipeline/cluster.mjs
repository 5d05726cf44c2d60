// Sorts a cache by person with several thresholds: node cluster.mjs FACES.npz OUT
import { cluster } from '@face-sets/pipeline';

const [cache, out] = process.argv.slice(2);
for (const threshold of [0.4, 0.55]) {
  const { summary } = await cluster(cache, `${out}/${threshold}`, { threshold, link: 'sym' });
  console.log(threshold, `${summary.people} people`);
}
