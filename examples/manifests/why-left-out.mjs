// Why faces did not get into a faceset, most frequent reason first: node why-left-out.mjs refine_manifest.json
import { countByCode, readManifest } from '@face-sets/manifests';

const { rejected, summary } = await readManifest(process.argv[2], 'refine');
const counts = Object.entries(countByCode(rejected.map(({ reason }) => reason)));
for (const [code, faces] of counts.sort((a, b) => b[1] - a[1])) console.log(`${code}: ${faces}`);
console.log(JSON.stringify(summary));
