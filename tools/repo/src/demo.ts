import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildModelPack, drawLibrary } from '@face-sets/toy';

/**
 * The demo: draws the toy library, builds the toy models, runs `face-sets run` over them as a user would, and says
 * what came out. Exit code 1 when not exactly the drawn people were found.
 */
const ROOT = resolve(import.meta.dirname, '../../..');
const DEMO = join(ROOT, 'demo-output');
const photos = join(DEMO, 'photos');
const models = join(DEMO, 'models');
const out = join(DEMO, 'facesets');

rmSync(DEMO, { recursive: true, force: true });
console.log('Drawing a small library of cartoon people and building toy models that can see them.');
console.log(
  '(They are for this demo and for tests: they know drawings only, and say nothing about real faces.)',
);
const library = await drawLibrary(photos);
await buildModelPack(models);
console.log(`  ${library.photos.length} pictures in ${photos}\n  toy models in ${models}\n`);

const args = ['run', photos, '--out', out, '--models', models];
console.log(`$ face-sets ${args.join(' ')}`);
const cli = join(ROOT, 'packages/cli/dist/main.js');
const run = spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);

const { facesets } = JSON.parse(readFileSync(join(out, 'facesets_swap_ready', 'manifest.json'), 'utf8')) as {
  facesets: { id: string; folder: string; status: string }[];
};
const found = facesets.filter((faceset) => faceset.status === 'ok');
const visitors = library.people.length - library.family.length;
console.log(
  `\nDrawn: ${library.family.length} people in 15 good photos or more, and ${visitors} visitors in fewer. ` +
    `Facesets: ${found.length}.`,
);
for (const faceset of found) {
  const folder = join(out, 'facesets_swap_ready', faceset.folder);
  const crops = existsSync(join(folder, 'faces')) ? readdirSync(join(folder, 'faces')).length : 0;
  const bundles = readdirSync(folder).filter((name) => name.endsWith('.fsz'));
  console.log(`  ${faceset.id}: ${crops} crops, ${bundles.join(', ')}`);
}
if (found.length !== library.family.length) {
  console.error('That is not one faceset for each person with enough good photos.');
  process.exit(1);
}
console.log(`\nLook at the crops: ${join(out, 'facesets_swap_ready')}`);
