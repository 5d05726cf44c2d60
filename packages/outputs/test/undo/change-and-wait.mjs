// Changes an output again and again, one recorded change and one undo in turn, until it is killed. Tells when it begins.
// Arguments: OUT.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordChange, undoLastChange } from '@face-sets/outputs';

const [out] = process.argv.slice(2);
process.stdout.write('begins\n');
for (;;) {
  await recordChange(out, 'change', async () => {
    await rename(join(out, 'faceset_002'), join(out, 'faceset_003'));
    await rm(join(out, 'faceset_001', 'faces'), { recursive: true });
    await mkdir(join(out, 'faceset_004', 'faces'), { recursive: true });
    for (let i = 0; i < 20; i++)
      await writeFile(join(out, 'faceset_004', 'faces', `00${10 + i}.png`), 'x'.repeat(i));
    await writeFile(join(out, '.face-sets-tmp-1'), 'new');
    await rename(join(out, '.face-sets-tmp-1'), join(out, 'manifest.json'));
  });
  await undoLastChange(out);
}
